package org.certctl.pki;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// What a requester asks for: a subject, a key and extensions, taken from a PKCS#10 whose proof of
/// possession has been verified (RFC 2986).
///
/// The challenge is not in here, so that it cannot reach a store, a log or a certificate.
///
/// @param digest SHA-256 of the whole PKCS#10 as it came
/// @param subject the subject, kept as it came
/// @param subjectPublicKeyInfo the key to be certified
/// @param extensions the requested extensions; absent when none were asked for
public record CertificateRequest(
    Sha256 digest,
    X500Name subject,
    SubjectPublicKeyInfo subjectPublicKeyInfo,
    Optional<Extensions> extensions) {

  /// The subject as text, safe in a log line.
  public String subjectText() {
    return Names.text(subject);
  }

  /// The requested subject alternative names as typed texts.
  ///
  /// @throws IllegalArgumentException when the requested extension is malformed
  public List<String> subjectAltNames() {
    return SubjectAltNames.textsOf(extensions.orElse(null));
  }
}
