package org.certctl.status;

import java.math.BigInteger;
import java.time.Instant;
import org.certctl.enroll.ByteString;

/// A CRL that a CA elsewhere has signed, checked when it was taken.
///
/// @param octets DER
/// @param number its number
/// @param thisUpdate when it was made
/// @param nextUpdate by when the next one comes
public record ImportedCrl(
    ByteString octets, BigInteger number, Instant thisUpdate, Instant nextUpdate) {}
