package org.certctl.challenge.onetime;

import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Identity;
import org.certctl.pki.Names;
import org.certctl.pki.SubjectAltNames;

/// The one identity that a challenge may be used for (CH-6): a subject and all subject alternative
/// names. What is not here must not be in the request either.
///
/// @param subject the subject, possibly empty
/// @param subjectAltNames the names; absent when the request must have none
public record BoundIdentity(X500Name subject, Optional<GeneralNames> subjectAltNames) {

  /// Whether a request asks for this identity, as {@link Identity} compares; a name that cannot be
  /// read is none.
  public boolean isOf(CertificateRequest request) {
    try {
      return Identity.of(subject, subjectAltNames).matches(Identity.of(request));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// The identity as one line for people.
  public String text() {
    String names = subjectAltNames.map(SubjectAltNames::textsOf).map(Object::toString).orElse("");
    return Names.printable((Names.text(subject) + " " + names).strip());
  }
}
