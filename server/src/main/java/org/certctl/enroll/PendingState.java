package org.certctl.enroll;

import java.time.Instant;

/// How far a pending enrollment has come. It moves forward only: waiting, then approved or refused;
/// approved, then redeemed or refused. An intent that came to nothing gives a redeemed one back as
/// approved.
public sealed interface PendingState {

  /// Nobody has decided.
  record Waiting() implements PendingState {}

  /// A human agreed; the certificate is still to be asked for.
  ///
  /// @param actor who
  record Approved(String actor, Instant at) implements PendingState {}

  /// The intent for it is written; what became of it is told by the enrollment.
  record Redeemed(IntentId intent) implements PendingState {}

  /// There will be no certificate.
  ///
  /// @param code the stable code
  /// @param words what the requester is told in the words of who decided; empty when there are none
  /// @param actor who decided; `certctl` when it was the server
  record Refused(String code, String words, String actor, Instant at) implements PendingState {}
}
