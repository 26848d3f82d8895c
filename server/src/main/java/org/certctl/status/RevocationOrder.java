package org.certctl.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.status.RevocationOutcome.Changed;
import org.certctl.status.RevocationOutcome.Refused;
import org.certctl.status.RevocationOutcome.Unchanged;

/// What somebody wants done to a certificate, and the rule of what comes of it.
///
/// @param action what is wanted
/// @param reason why; for {@link Action#HOLD} and {@link Action#RELEASE} always `certificateHold`
/// @param at when, whole milliseconds
/// @param actor who wants it
/// @param note in the actor's own words, at most {@link #MAX_NOTE_CHARS} characters; may be empty
public record RevocationOrder(
    Action action, RevocationReason reason, Instant at, Actor actor, String note) {

  /// The longest note.
  public static final int MAX_NOTE_CHARS = 1000;

  /// What can be done.
  public enum Action {
    /// For good.
    REVOKE,
    /// For the time being.
    HOLD,
    /// The end of a hold.
    RELEASE
  }

  /// Cuts the time to milliseconds.
  ///
  /// @throws IllegalArgumentException when action and reason contradict each other, or the note is
  ///   too long
  public RevocationOrder {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    if ((action == Action.REVOKE) == (reason == RevocationReason.CERTIFICATE_HOLD)) {
      throw new IllegalArgumentException("the reason certificateHold is that of holds alone");
    }
    if (note.length() > MAX_NOTE_CHARS) {
      throw new IllegalArgumentException("a note has at most " + MAX_NOTE_CHARS + " characters");
    }
  }

  /// An order to revoke.
  ///
  /// @throws IllegalArgumentException when the reason is `certificateHold`, or the note too long
  public static RevocationOrder revoke(
      RevocationReason reason, Instant at, Actor actor, String note) {
    return new RevocationOrder(Action.REVOKE, reason, at, actor, note);
  }

  /// An order to hold.
  public static RevocationOrder hold(Instant at, Actor actor, String note) {
    return new RevocationOrder(Action.HOLD, RevocationReason.CERTIFICATE_HOLD, at, actor, note);
  }

  /// An order to end a hold.
  public static RevocationOrder release(Instant at, Actor actor, String note) {
    return new RevocationOrder(Action.RELEASE, RevocationReason.CERTIFICATE_HOLD, at, actor, note);
  }

  /// What comes of the order for a certificate in this state.
  ///
  /// Revocation is for good; only a hold can be released. Repeating an order changes nothing. That
  /// a key was compromised can be said later, too: it matters to whoever trusts what the key signed
  /// before. The time never moves: what was not good at some moment does not become so afterwards.
  public RevocationOutcome decide(Optional<Revocation> current) {
    return switch (action) {
      case REVOKE -> decideRevoke(current);
      case HOLD ->
          current
              .map(known -> known.isHold() ? new Unchanged(current) : alreadyRevoked(known))
              .orElseGet(() -> new Changed(Optional.of(new Revocation(reason, at))));
      case RELEASE ->
          current
              .map(known -> known.isHold() ? new Changed(Optional.empty()) : alreadyRevoked(known))
              .orElseGet(() -> new Unchanged(Optional.empty()));
    };
  }

  private RevocationOutcome decideRevoke(Optional<Revocation> current) {
    if (current.isEmpty()) {
      return new Changed(Optional.of(new Revocation(reason, at)));
    }
    Revocation known = current.get();
    boolean worse =
        reason == RevocationReason.KEY_COMPROMISE
            && known.reason() != RevocationReason.KEY_COMPROMISE;
    return known.isHold() || worse
        ? new Changed(Optional.of(new Revocation(reason, known.at())))
        : new Unchanged(current);
  }

  private static RevocationOutcome alreadyRevoked(Revocation known) {
    return new Refused(
        "already_revoked",
        "it was revoked on %s (%s), which is for good"
            .formatted(known.at(), known.reason().wireValue()));
  }
}
