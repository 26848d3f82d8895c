package org.certctl.notice;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;

/// A notice on its way to one target.
///
/// @param number its number in the outbox
/// @param target where it goes
/// @param notice what goes
/// @param state how far it is
/// @param claim grows with each claim; what a worker records counts only under the newest
/// @param attempts how often delivery was begun
/// @param since from when its age counts: when it was made, or last put back by a person
/// @param nextAttemptAt not before this
/// @param closedAt when it was delivered or given up
/// @param lastError why the last attempt failed; empty when none has
public record OutboxEntry(
    long number,
    Target target,
    Notice notice,
    State state,
    long claim,
    int attempts,
    Instant since,
    Instant nextAttemptAt,
    Optional<Instant> closedAt,
    String lastError) {

  /// How far an entry is.
  public enum State {
    /// To be delivered.
    QUEUED("queued"),
    /// Taken by the other side.
    DELIVERED("delivered"),
    /// Given up; waits for a person.
    DEAD("dead");

    private final String wireValue;

    State(String wireValue) {
      this.wireValue = wireValue;
    }

    /// The stable name.
    public String wireValue() {
      return wireValue;
    }

    /// The state of this name.
    public static Optional<State> ofWireValue(String text) {
      return Arrays.stream(values()).filter(state -> state.wireValue.equals(text)).findFirst();
    }
  }

  /// The audit event that it is given up.
  AuditEvent givenUp(Instant now, String reason) {
    return delivery(now, Actor.system(), "given_up", reason);
  }

  /// The audit event that somebody puts it back.
  public AuditEvent putBack(Instant now, Actor actor) {
    return delivery(now, actor, "put_back", "");
  }

  private AuditEvent delivery(Instant now, Actor actor, String outcome, String explanation) {
    return new AuditEvent.NoticeDelivery(
        now,
        actor,
        outcome,
        notice.id(),
        notice.kind().wireValue(),
        target.text(),
        Integer.toString(attempts),
        explanation);
  }
}
