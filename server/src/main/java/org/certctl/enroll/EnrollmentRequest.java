package org.certctl.enroll;

import java.util.Optional;
import org.certctl.audit.Origin;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;

/// A verified request, ready for the enrollment cycle.
///
/// Verified means: the message's signature and the proof of possession hold. Who the requester is
/// remains to be shown.
///
/// @param protocol `SCEP`
/// @param action the audit action, e.g. `scep_pkcsreq`
/// @param endpoint where it came in
/// @param transactionId the octets of the transactionID
/// @param transactionText the transactionID as text, safe in a log line
/// @param request what is asked for
/// @param requesterKeyDigest SHA-256 of the SubjectPublicKeyInfo that signed the message
/// @param challenge the challengePassword; absent when none or an empty one was sent
/// @param origin where it came from
public record EnrollmentRequest(
    String protocol,
    String action,
    Endpoint endpoint,
    ByteString transactionId,
    String transactionText,
    CertificateRequest request,
    Sha256 requesterKeyDigest,
    Optional<Secret> challenge,
    Origin origin) {

  TransactionKey key() {
    return new TransactionKey(endpoint.name(), transactionId.octets(), request.digest());
  }
}
