package org.certctl.enroll;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;

/// A request that waits for a human, with all that is needed to issue once one has agreed.
///
/// The challenge is in here only as a keyed MAC, and the request without it.
///
/// @param id names the entry
/// @param key the transaction
/// @param requesterKeyDigest SHA-256 of the SubjectPublicKeyInfo that signed the message
/// @param challengeMac keyed MAC of the challenge, 32 octets of zero when there was none
/// @param method how the request was authorised besides, a stable code such as `static`; {@link
///   #WITHOUT_CHALLENGE} when it was not
/// @param request what is asked for
/// @param facts what the audit trail tells of it
/// @param claims what is used up by it
/// @param at when it was queued
/// @param expiresAt when it is refused if nobody has decided, or, once it is approved, if it could
///   not be issued
public record PendingEnrollment(
    PendingId id,
    TransactionKey key,
    Sha256 requesterKeyDigest,
    Sha256 challengeMac,
    String method,
    CertificateRequest request,
    EnrollmentFacts facts,
    List<ChallengeClaim> claims,
    Instant at,
    Instant expiresAt) {

  /// The method of a request that nothing but a human authorises.
  public static final String WITHOUT_CHALLENGE = "none";

  /// Keeps its own copy of the claims.
  public PendingEnrollment {
    claims = List.copyOf(claims);
  }

  /// SHA-256 of the key to be certified, as SubjectPublicKeyInfo.
  public Sha256 subjectKeyDigest() {
    try {
      return Sha256.over(request.subjectPublicKeyInfo().getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }
}
