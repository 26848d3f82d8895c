package org.certctl.enroll;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// What we are about to ask an issuer for, written before we ask (step 4).
///
/// Holds all that is needed to ask again after a crash; the challenge is in here only as a keyed
/// MAC.
///
/// @param id names the intent
/// @param key the transaction
/// @param requesterKeyDigest SHA-256 of the SubjectPublicKeyInfo that signed the message
/// @param challengeMac keyed MAC of the challenge, 32 octets of zero when there was none
/// @param serialNumber the serial number to be used
/// @param approvedRequest the approved request as written by `ApprovedRequest.encoded()`
/// @param facts what the audit trail tells of it
/// @param claims what is used up by it
/// @param predecessor the fingerprint of the certificate that authorised this as its renewal;
///   absent when none did
/// @param at when it was written
public record Intent(
    IntentId id,
    TransactionKey key,
    Sha256 requesterKeyDigest,
    Sha256 challengeMac,
    SerialNumber serialNumber,
    ByteString approvedRequest,
    EnrollmentFacts facts,
    List<ChallengeClaim> claims,
    Optional<Sha256> predecessor,
    Instant at) {

  /// Keeps its own copy of the claims.
  public Intent {
    claims = List.copyOf(claims);
  }
}
