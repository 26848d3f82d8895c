package org.certctl.status;

import java.time.Instant;
import org.certctl.pki.Sha256;

/// A CRL that was published; its octets are kept in parts.
///
/// @param issuerId the issuer
/// @param number the CRL number (RFC 5280, section 5.2.3); never given out twice by an issuer
/// @param thisUpdate when it was made, whole seconds
/// @param nextUpdate by when the next one comes, whole seconds
/// @param changes how many revocations and releases it knows of
/// @param entries how many certificates it lists
/// @param parts into how many parts it is cut, at least one
/// @param sizeBytes the length of its DER encoding
/// @param signer the fingerprint of the certificate that it is to be verified with
public record CrlEdition(
    String issuerId,
    long number,
    Instant thisUpdate,
    Instant nextUpdate,
    long changes,
    long entries,
    int parts,
    long sizeBytes,
    Sha256 signer) {}
