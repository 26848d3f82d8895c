package org.certctl.enroll;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;

/// When a certificate authorises its own renewal (RFC 8894, sections 2.3, 2.5 and 7.6).
///
/// The certificate must be, octet for octet, one that was issued at this endpoint, and still good;
/// the request must name nobody else. Safe to call from many threads.
public final class RenewalPolicy {

  /// What the policy says.
  sealed interface Verdict {

    /// The certificate authorises its renewal.
    ///
    /// @param request what is asked for, with the predecessor's identity
    record Allowed(CertificateInventory.Entry predecessor, CertificateRequest request)
        implements Verdict {}

    /// It does not.
    ///
    /// @param explanation for operators
    record Refused(RenewalRefusal reason, String explanation) implements Verdict {}
  }

  private final CertificateInventory inventory;
  private final Clock clock;

  /// @param inventory the certificates that were issued
  /// @param clock the server's clock
  public RenewalPolicy(CertificateInventory inventory, Clock clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  /// Judges; never throws for what a requester sent.
  Verdict judge(EnrollmentRequest request) throws StoreUnavailableException {
    if (!request.endpoint().renewal().enabled()) {
      return refused(RenewalRefusal.OFF, "this endpoint renews nothing");
    }
    Optional<IssuedCertificate> signer = request.signer().flatMap(RenewalPolicy::parsed);
    if (signer.isEmpty() || isSelfIssued(signer.get().holder())) {
      return refused(RenewalRefusal.SIGNER_SELF_SIGNED, "the signer's certificate is self-signed");
    }
    if (request.signer().map(SignerCertificate::weaklySigned).orElse(true)) {
      return refused(RenewalRefusal.DIGEST_WEAK, "the message is signed over SHA-1");
    }
    if (isReserved(request.endpoint(), signer.get().holder())) {
      return refused(RenewalRefusal.SIGNER_RESERVED, "the signer is a CA or an RA");
    }
    Optional<CertificateInventory.Entry> found =
        inventory
            .byFingerprint(signer.get().fingerprint())
            .filter(entry -> entry.certificate().equals(signer.get()));
    if (found.isEmpty()) {
      return refused(
          RenewalRefusal.SIGNER_UNKNOWN,
          "the signer's certificate, serial "
              + signer.get().holder().getSerialNumber().toString(16)
              + ", is none of ours");
    }
    CertificateInventory.Entry predecessor = found.get();
    Optional<Verdict> problem =
        stateProblem(request.endpoint(), predecessor)
            .or(() -> identityProblem(request, predecessor));
    if (problem.isEmpty()) {
      problem = keyProblem(request.request(), predecessor);
    }
    return problem.orElseGet(
        () ->
            new Verdict.Allowed(
                predecessor,
                new PredecessorIdentity(predecessor.certificate()).appliedTo(request.request())));
  }

  private static Optional<IssuedCertificate> parsed(SignerCertificate signer) {
    try {
      return Optional.of(IssuedCertificate.ofDer(signer.encoded().octets()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Whether the certificate names itself as its issuer; then no lookup can find it.
  private static boolean isSelfIssued(X509CertificateHolder certificate) {
    return certificate.getIssuer().equals(certificate.getSubject());
  }

  private static boolean isReserved(Endpoint endpoint, X509CertificateHolder certificate) {
    return endpoint.gate().reserves(keyDigest(certificate.getSubjectPublicKeyInfo()));
  }

  /// Where the certificate comes from, and whether it is good at this instant.
  private Optional<Verdict> stateProblem(
      Endpoint endpoint, CertificateInventory.Entry predecessor) {
    IssuedCertificate certificate = predecessor.certificate();
    // Its issuer was this endpoint's at the time; that it may be another by now, after a rollover,
    // is no reason to lock devices out.
    if (!predecessor.endpoint().equals(endpoint.name())) {
      return problem(
          RenewalRefusal.SIGNER_ELSEWHERE,
          "the certificate was issued at endpoint " + predecessor.endpoint());
    }
    if (isCa(certificate.holder())) {
      return problem(RenewalRefusal.SIGNER_RESERVED, "the signer's certificate is that of a CA");
    }
    if (predecessor.revocation().isPresent()) {
      return problem(
          RenewalRefusal.SIGNER_REVOKED,
          "the certificate is " + predecessor.revocation().get().state());
    }
    Instant now = clock.instant();
    if (now.isBefore(certificate.notBefore())) {
      return problem(
          RenewalRefusal.SIGNER_NOT_YET_VALID,
          "the certificate is valid from " + certificate.notBefore());
    }
    if (now.isAfter(certificate.notAfter().plus(endpoint.renewal().grace()))) {
      return problem(
          RenewalRefusal.SIGNER_EXPIRED, "the certificate ended at " + certificate.notAfter());
    }
    Instant opens = certificate.notAfter().minus(endpoint.renewal().window());
    if (now.isBefore(opens)) {
      return problem(
          RenewalRefusal.TOO_EARLY, "the certificate can be renewed from " + opens + " on");
    }
    return Optional.empty();
  }

  private static boolean isCa(X509CertificateHolder certificate) {
    if (certificate.getExtensions() == null) {
      return false;
    }
    BasicConstraints constraints = BasicConstraints.fromExtensions(certificate.getExtensions());
    return constraints != null && constraints.isCA();
  }

  /// A device asks for the names that it knows, which the profile's template may have replaced.
  private static Optional<Verdict> identityProblem(
      EnrollmentRequest renewal, CertificateInventory.Entry predecessor) {
    CertificateRequest request = renewal.request();
    PredecessorIdentity identity = new PredecessorIdentity(predecessor.certificate());
    try {
      if (!identity.coversNames(request)
          && renewal.endpoint().gate().named(request).filter(identity::coversNames).isEmpty()) {
        return problem(
            RenewalRefusal.IDENTITY_CHANGED,
            "the request names more than the certificate: "
                + request.subjectText()
                + " with "
                + request.subjectAltNames()
                + " is not within "
                + predecessor.certificate().subjectText()
                + " with "
                + predecessor.certificate().subjectAltNames());
      }
      if (!identity.coversUsages(request)) {
        return problem(
            RenewalRefusal.USAGE_EXTENDED,
            "the request asks for key usages that the certificate does not have");
      }
      return Optional.empty();
    } catch (IllegalArgumentException | ClassCastException | IllegalStateException e) {
      return problem(RenewalRefusal.IDENTITY_CHANGED, "an extension cannot be read");
    }
  }

  /// A new key must not be somebody else's (SEC-19); the old one may be kept.
  private Optional<Verdict> keyProblem(
      CertificateRequest request, CertificateInventory.Entry predecessor)
      throws StoreUnavailableException {
    Sha256 key = keyDigest(request.subjectPublicKeyInfo());
    if (key.equals(keyDigest(predecessor.certificate().holder().getSubjectPublicKeyInfo()))) {
      return Optional.empty();
    }
    Optional<CertificateInventory.Entry> other =
        inventory.byKeyOfAnother(key, predecessor.certificate());
    if (other.isEmpty()) {
      return Optional.empty();
    }
    return problem(
        RenewalRefusal.KEY_OF_ANOTHER,
        "the new key is certified for "
            + other.get().certificate().subjectText()
            + ", serial "
            + other.get().certificate().serialNumber());
  }

  private static Sha256 keyDigest(SubjectPublicKeyInfo key) {
    try {
      return Sha256.over(key.getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  private static Optional<Verdict> problem(RenewalRefusal reason, String explanation) {
    return Optional.of(refused(reason, explanation));
  }

  private static Verdict refused(RenewalRefusal reason, String explanation) {
    return new Verdict.Refused(reason, explanation);
  }
}
