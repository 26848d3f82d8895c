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
/// @param kind what the requester says it is
/// @param action the audit action, e.g. `scep_pkcsreq`
/// @param endpoint where it came in
/// @param transactionId the octets of the transactionID
/// @param transactionText the transactionID as text, safe in a log line
/// @param request what is asked for
/// @param requesterKeyDigest SHA-256 of the SubjectPublicKeyInfo that signed the message
/// @param signer the certificate the message was signed with; absent where messages are not signed,
///   or its own key issued it
/// @param challenge the challengePassword; absent when none or an empty one was sent
/// @param origin where it came from
public record EnrollmentRequest(
    String protocol,
    Kind kind,
    String action,
    Endpoint endpoint,
    ByteString transactionId,
    String transactionText,
    CertificateRequest request,
    Sha256 requesterKeyDigest,
    Optional<SignerCertificate> signer,
    Optional<Secret> challenge,
    Origin origin) {

  /// What the requester says the request is.
  public enum Kind {
    /// A first certificate. An older client's renewal may come as one too.
    INITIAL,
    /// The renewal of the certificate that signed the message.
    RENEWAL
  }

  /// Whether the key to be certified signed the message.
  boolean isSignedByItsKey() {
    return RequestFacts.keyDigest(request.subjectPublicKeyInfo()).equals(requesterKeyDigest);
  }

  TransactionKey key() {
    return new TransactionKey(endpoint.name(), transactionId.octets(), request.digest());
  }
}
