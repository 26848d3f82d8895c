package org.certctl.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.retention.RetentionStore.Step;

/// Removes records whose time is over, in small steps, so that enrollments need not wait for it.
/// When nothing more is old enough, it rests for an hour.
///
/// Broken off between two steps, nothing is lost: it begins again with the oldest record there is.
/// To be run every second, by one thread, under the lease of housekeeping.
public final class RetentionWork {

  /// Enrollments, in metrics and the audit trail.
  public static final String ENROLLMENTS = "enrollments";

  /// Certificates, in metrics and the audit trail.
  public static final String CERTIFICATES = "certificates";

  static final Duration REST = Duration.ofHours(1);
  static final int STEPS = 5;

  @FunctionalInterface
  private interface Removal {
    Step step(Place after, Instant until, Instant now) throws StoreUnavailableException;
  }

  private static final class Walk {
    private final String records;
    private final Duration kept;
    private final Removal removal;
    private Place place = Place.FIRST;
    private Optional<Instant> finished = Optional.empty();

    Walk(String records, Duration kept, Removal removal) {
      this.records = records;
      this.kept = kept;
      this.removal = removal;
    }
  }

  private final List<Walk> walks = new ArrayList<>();
  private final RetentionObserver observer;
  private final Clock clock;

  /// @param observer is told of what was removed
  /// @param clock the server's clock
  public RetentionWork(
      RetentionRules rules, RetentionStore store, RetentionObserver observer, Clock clock) {
    rules
        .enrollments()
        .ifPresent(kept -> walks.add(new Walk(ENROLLMENTS, kept, store::removeEnrollments)));
    rules
        .certificates()
        .ifPresent(kept -> walks.add(new Walk(CERTIFICATES, kept, store::removeCertificates)));
    this.observer = observer;
    this.clock = clock;
  }

  /// Does some steps for each kind of records that does not rest.
  public void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    for (Walk walk : walks) {
      for (int steps = 0; steps < STEPS && !rests(walk, now); steps++) {
        step(walk, now);
      }
    }
  }

  /// A clock that was set back must not have it rest until it is there again.
  private static boolean rests(Walk walk, Instant now) {
    return walk.finished.filter(at -> !now.isBefore(at) && now.isBefore(at.plus(REST))).isPresent();
  }

  private void step(Walk walk, Instant now) throws StoreUnavailableException {
    Step done = walk.removal.step(walk.place, now.minus(walk.kept), now);
    walk.place = done.next().orElse(Place.FIRST);
    walk.finished = done.next().isPresent() ? Optional.empty() : Optional.of(now);
    if (done.removed() > 0) {
      observer.removed(walk.records, done.removed());
    }
  }
}
