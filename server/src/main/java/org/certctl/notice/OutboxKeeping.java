package org.certctl.notice;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.certctl.audit.StoreUnavailableException;

/// Keeps the outbox from growing: gives up what has waited too long, whether or not anything would
/// deliver it, and forgets what is over. To be run now and then.
public final class OutboxKeeping {

  /// How long delivered notices are remembered.
  public static final Duration DELIVERED_KEPT = Duration.ofDays(7);

  /// How long dead ones are.
  public static final Duration DEAD_KEPT = Duration.ofDays(90);

  private static final int AT_ONCE = 500;

  private final NoticeOutbox outbox;
  private final RetryRules rules;
  private final Clock clock;
  private final NoticeDelivery.Observer observer;

  /// @param outbox what is kept
  /// @param rules how long delivery is tried
  /// @param clock the server's clock
  /// @param observer is told of what is given up
  public OutboxKeeping(
      NoticeOutbox outbox, RetryRules rules, Clock clock, NoticeDelivery.Observer observer) {
    this.outbox = outbox;
    this.rules = rules;
    this.clock = clock;
    this.observer = observer;
  }

  /// Does what is due.
  public void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    List<OutboxEntry> late = outbox.waitingSince(now.minus(rules.maxAge()), now, AT_ONCE);
    for (OutboxEntry entry : late) {
      String reason =
          entry.lastError().isEmpty()
              ? entry.target().notifier() + " is not configured any more"
              : entry.lastError();
      if (outbox.giveUp(entry, now, reason, entry.givenUp(now, reason))) {
        observer.gaveUp(entry, reason);
      }
    }
    outbox.forget(now.minus(DELIVERED_KEPT), now.minus(DEAD_KEPT));
  }
}
