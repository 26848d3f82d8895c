package org.certctl.status;

import java.time.Instant;
import org.certctl.pki.Sha256;

/// A CRL that was published; its octets are kept in parts.
///
/// @param key which CRL of which issuer
/// @param number the CRL number (RFC 5280, section 5.2.3); never given out twice in a scope, in
///   which complete and delta CRLs share the numbers
/// @param thisUpdate when it was made, whole seconds
/// @param nextUpdate by when the next one comes, whole seconds
/// @param changes how many revocations and releases of the issuer it knows of
/// @param entries how many certificates it lists
/// @param parts into how many parts it is cut, at least one
/// @param sizeBytes the length of its DER encoding
/// @param signer the fingerprint of the certificate that it is to be verified with
/// @param extensions what it says about itself
public record CrlEdition(
    CrlKey key,
    long number,
    Instant thisUpdate,
    Instant nextUpdate,
    long changes,
    long entries,
    int parts,
    long sizeBytes,
    Sha256 signer,
    CrlExtensions extensions) {

  /// The issuer.
  public String issuerId() {
    return key.issuerId();
  }
}
