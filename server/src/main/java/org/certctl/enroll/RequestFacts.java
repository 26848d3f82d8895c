package org.certctl.enroll;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;

/// What the audit trail tells of a request.
final class RequestFacts {

  private RequestFacts() {}

  /// As the request came, before anything is proved.
  static EnrollmentFacts of(EnrollmentRequest request) {
    return of(request, request.request(), Optional.empty(), "", ChallengeEvidence.none());
  }

  /// As it was authorised.
  static EnrollmentFacts of(EnrollmentRequest request, Authorization.Granted granted) {
    return of(
        request,
        granted.request(),
        granted.device(),
        granted.predecessor().map(renewed -> renewed.certificate().serialNumber().hex()).orElse(""),
        granted.evidence());
  }

  /// As it was refused.
  static EnrollmentFacts of(EnrollmentRequest request, Authorization.Refused refused) {
    return of(request, request.request(), refused.device(), "", refused.evidence());
  }

  /// As a certificate tells that is asked for by transactionID only.
  static EnrollmentFacts of(Poll poll, IssuedCertificate certificate) {
    return new EnrollmentFacts(
        poll.protocol(),
        poll.action(),
        poll.endpoint().name(),
        poll.transactionText(),
        Names.commonName(certificate.holder().getSubject()),
        certificate.subjectText(),
        certificate.subjectAltNames(),
        keyDigest(certificate.holder().getSubjectPublicKeyInfo()).hex(),
        poll.requesterKeyDigest().hex(),
        poll.endpoint().issuer().id(),
        poll.endpoint().gate().profileId(),
        "",
        poll.origin());
  }

  private static EnrollmentFacts of(
      EnrollmentRequest request,
      CertificateRequest wanted,
      Optional<String> device,
      String renews,
      ChallengeEvidence evidence) {
    return new EnrollmentFacts(
        request.protocol(),
        request.action(),
        request.endpoint().name(),
        request.transactionText(),
        device.orElseGet(() -> Names.commonName(wanted.subject())),
        wanted.subjectText(),
        readableNames(wanted),
        keyDigest(wanted.subjectPublicKeyInfo()).hex(),
        request.requesterKeyDigest().hex(),
        request.endpoint().issuer().id(),
        request.endpoint().gate().profileId(),
        renews,
        request.origin(),
        evidence.actionSuffix(),
        evidence.details());
  }

  /// A request may be refused just because its names are unreadable.
  private static List<String> readableNames(CertificateRequest wanted) {
    try {
      return wanted.subjectAltNames().stream().map(Names::printable).toList();
    } catch (IllegalArgumentException | ClassCastException | IllegalStateException e) {
      return List.of("(unreadable)");
    }
  }

  /// SHA-256 of a key as SubjectPublicKeyInfo.
  static Sha256 keyDigest(SubjectPublicKeyInfo key) {
    try {
      return Sha256.over(key.getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }
}
