package org.certctl.enroll;

import java.security.MessageDigest;
import java.util.Optional;
import org.certctl.pki.Sha256;

/// A request on its way through the steps.
///
/// @param mac the challenge in the form in which it is kept
/// @param supersedes whether an enrollment of the same transaction was found and does not answer
///   it, so that another may stand beside it; one that appears meanwhile may not
/// @param replaces a waiting entry of the same transactionID that gives way if this one gets so far
record Walk(
    EnrollmentRequest request,
    TransactionKey key,
    Sha256 mac,
    Steps steps,
    boolean supersedes,
    Optional<Replacement> replaces) {

  Walk replacing(Optional<Replacement> entry) {
    return new Walk(request, key, mac, steps, supersedes, entry);
  }

  Endpoint endpoint() {
    return request.endpoint();
  }

  /// Whether the message comes from whom an earlier one came from: the same key signed it, or it
  /// carries the same challenge.
  boolean isFrom(Sha256 requesterKeyDigest, Sha256 challengeMac) {
    boolean sameChallenge =
        ChallengeMac.isPresent(mac) && MessageDigest.isEqual(mac.octets(), challengeMac.octets());
    return sameChallenge || request.requesterKeyDigest().equals(requesterKeyDigest);
  }
}
