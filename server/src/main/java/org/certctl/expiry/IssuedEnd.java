package org.certctl.expiry;

import java.time.Duration;
import java.time.Instant;

/// The end of an issued certificate.
///
/// @param serialNumber lower-case hexadecimal
/// @param endpoint the endpoint that issued it
/// @param device what the device is called; empty when nobody said
/// @param good whether it is in use, as far as the server can tell: neither revoked nor held, nor
///   renewed by a certificate that is neither
public record IssuedEnd(
    String issuerId,
    String serialNumber,
    String subject,
    String endpoint,
    String device,
    Instant notBefore,
    Instant notAfter,
    boolean good) {

  /// How long it is valid in all.
  Duration lifetime() {
    return Duration.between(notBefore, notAfter);
  }
}
