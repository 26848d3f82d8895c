package org.certctl.front.scep;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.cms.Requester;

/// Answers GetCert (RFC 8894, sections 2.6 and 4.5): a requester may fetch its own certificates.
///
/// Its own are those of the key that signed the message, and those of the same subject as the
/// certificate that signed it, when we issued that one and it is in force. Anyone can sign with a
/// certificate of his own making, so its mere subject proves nothing (SEC-17).
final class CertificateFetch {

  private final CertificateInventory certificates;
  private final Clock clock;

  CertificateFetch(CertificateInventory certificates, Clock clock) {
    this.certificates = certificates;
    this.clock = clock;
  }

  /// @param requester who signed the message
  Fetched fetch(ScepEndpoint endpoint, ScepRequest.GetCert wanted, Requester requester)
      throws StoreUnavailableException {
    Optional<CertificateInventory.Entry> found = find(endpoint, wanted);
    if (found.isEmpty()) {
      return new Fetched.Refused(FailureAnswers.NO_SUCH_CERTIFICATE);
    }
    return isOwn(found.get(), requester)
        ? new Fetched.Certificate(found.get().certificate())
        : new Fetched.Refused(FailureAnswers.NOT_YOURS);
  }

  /// Only what an issuer of this endpoint has issued.
  private Optional<CertificateInventory.Entry> find(
      ScepEndpoint endpoint, ScepRequest.GetCert wanted) throws StoreUnavailableException {
    SerialNumber serialNumber;
    try {
      serialNumber = new SerialNumber(wanted.serialNumber());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return certificates.bySerialNumber(serialNumber).stream()
        .filter(entry -> entry.certificate().holder().getIssuer().equals(wanted.issuer()))
        .filter(entry -> endpoint.hasIssuer(entry.issuerId()))
        .findFirst();
  }

  private boolean isOwn(CertificateInventory.Entry wanted, Requester requester)
      throws StoreUnavailableException {
    X509CertificateHolder holder = wanted.certificate().holder();
    if (holder
        .getSubjectPublicKeyInfo()
        .equals(requester.certificate().getSubjectPublicKeyInfo())) {
      return true;
    }
    if (!holder.getSubject().equals(requester.certificate().getSubject())
        || holder.getSubject().getRDNs().length == 0) {
      return false;
    }
    byte[] signer = requester.encodedCertificate();
    return certificates
        .byFingerprint(Sha256.over(signer))
        .filter(entry -> Arrays.equals(entry.certificate().encoded(), signer))
        .filter(entry -> entry.issuerId().equals(wanted.issuerId()))
        .filter(this::isInForce)
        .isPresent();
  }

  private boolean isInForce(CertificateInventory.Entry entry) {
    Instant now = clock.instant();
    return entry.revocation().isEmpty()
        && !entry.certificate().notBefore().isAfter(now)
        && !entry.certificate().notAfter().isBefore(now);
  }
}
