package org.certctl.notice;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.certctl.audit.StoreUnavailableException;

/// Delivers what waits for one notifier. To be run every few seconds, by one thread.
///
/// No transaction is open while a notice is on its way, so that whoever dies then leaves an entry
/// whose claim ends: it is delivered again, at least once in all and under one id.
public final class NoticeDelivery {

  /// Is told what comes of attempts.
  public interface Observer {
    /// It was taken.
    void delivered(OutboxEntry entry);

    /// It was not, and is tried again.
    void failed(OutboxEntry entry, String reason, Instant nextAttemptAt);

    /// It is given up.
    void gaveUp(OutboxEntry entry, String reason);
  }

  private static final int MAX_AT_ONCE = 50;

  private final NoticeOutbox outbox;
  private final Notifier notifier;
  private final RetryRules rules;
  private final RandomGenerator random;
  private final Clock clock;
  private final Observer observer;

  /// @param outbox where notices wait
  /// @param notifier takes them
  /// @param rules how long it is tried
  /// @param random spreads the attempts
  /// @param clock the server's clock
  /// @param observer is told what comes of attempts
  public NoticeDelivery(
      NoticeOutbox outbox,
      Notifier notifier,
      RetryRules rules,
      RandomGenerator random,
      Clock clock,
      Observer observer) {
    this.outbox = outbox;
    this.notifier = notifier;
    this.rules = rules;
    this.random = random;
    this.clock = clock;
    this.observer = observer;
  }

  /// Delivers what is due, until nothing is, or one has to wait: the others then wait for the next
  /// run, since the way out may be closed.
  public void run() throws StoreUnavailableException {
    for (int i = 0; i < MAX_AT_ONCE; i++) {
      Optional<OutboxEntry> claimed = outbox.claim(notifier.name(), clock.instant(), rules.lease());
      if (claimed.isEmpty() || !settle(claimed.get(), attempt(claimed.get()))) {
        return;
      }
    }
  }

  /// A fault of ours must not have the entry tried forever, nor keep the others from going out.
  private DeliveryResult attempt(OutboxEntry entry) {
    try {
      return notifier.deliver(entry.notice(), entry.target());
    } catch (RuntimeException e) {
      return new DeliveryResult.TryLater(
          "a fault in this program: " + e.getClass().getSimpleName());
    }
  }

  /// @return whether the next may be tried
  private boolean settle(OutboxEntry entry, DeliveryResult result)
      throws StoreUnavailableException {
    return switch (result) {
      case DeliveryResult.Delivered _ -> {
        if (outbox.delivered(entry, clock.instant())) {
          observer.delivered(entry);
        }
        yield true;
      }
      case DeliveryResult.TryLater(String reason, Optional<Duration> after) -> {
        again(entry, reason, rules.maxAttempts(), after.orElse(Duration.ZERO));
        yield false;
      }
      case DeliveryResult.Refused(String reason) -> {
        again(entry, reason, rules.maxRefusals(), Duration.ZERO);
        yield true;
      }
    };
  }

  private void again(OutboxEntry entry, String reason, int maxAttempts, Duration wish)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    Instant next = now.plus(longer(spread(rules.waitAfter(entry.attempts())), bounded(wish)));
    if (entry.attempts() >= maxAttempts || next.isAfter(entry.since().plus(rules.maxAge()))) {
      if (outbox.giveUp(entry, now, reason, entry.givenUp(now, reason))) {
        observer.gaveUp(entry, reason);
      }
    } else if (outbox.failed(entry, next, reason)) {
      observer.failed(entry, reason, next);
    }
  }

  /// Between half the wait and the whole of it, so that many do not come back at once.
  private Duration spread(Duration wait) {
    long half = wait.toMillis() / 2;
    return Duration.ofMillis(half + random.nextLong(half + 1));
  }

  private static Duration bounded(Duration wish) {
    return wish.compareTo(RetryRules.LONGEST_WISH) < 0 ? wish : RetryRules.LONGEST_WISH;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
