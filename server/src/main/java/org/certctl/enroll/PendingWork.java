package org.certctl.enroll;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.certctl.audit.StoreUnavailableException;

/// What happens to pending enrollments by itself: those whose time is over are refused, those that
/// a human has agreed to are issued, those long done are forgotten.
///
/// Meant to be run again and again, by one thread.
public final class PendingWork {

  /// How long an entry is remembered once it is redeemed or refused.
  public static final Duration MEMORY = EnrollmentCycle.REPLAY_WINDOW;

  private static final Duration PATIENCE_WITH_ISSUER = Duration.ofMinutes(1);
  private static final int BATCH = 100;

  /// What came of one run.
  ///
  /// @param issued approved entries that have their certificate now
  /// @param refused entries whose time was over, or that profile or issuer refused
  public record Report(int issued, int refused) {}

  private final PendingStore store;
  private final EnrollmentCycle cycle;
  private final Function<String, Optional<Endpoint>> endpoints;
  private final Clock clock;
  private final Map<String, Instant> restUntil = new HashMap<>();

  /// @param endpoints finds an endpoint by its name, as it is now
  public PendingWork(
      PendingStore store,
      EnrollmentCycle cycle,
      Function<String, Optional<Endpoint>> endpoints,
      Clock clock) {
    this.store = store;
    this.cycle = cycle;
    this.endpoints = endpoints;
    this.clock = clock;
  }

  /// Refuses what is overdue and issues what is approved.
  public Report run() throws StoreUnavailableException {
    int refused = 0;
    for (PendingEntry entry : store.overdue(clock.instant(), BATCH)) {
      refused += cycle.expire(entry) ? 1 : 0;
    }
    Report issuing = issueApproved();
    return new Report(issuing.issued(), refused + issuing.refused());
  }

  private Report issueApproved() throws StoreUnavailableException {
    int issued = 0;
    int refused = 0;
    Set<String> resting = resting();
    long after = 0;
    List<PendingEntry> entries = store.approved(after, BATCH);
    while (!entries.isEmpty()) {
      for (PendingEntry entry : entries) {
        String name = entry.enrollment().key().endpoint();
        Optional<Endpoint> endpoint = endpoints.apply(name);
        if (endpoint.isPresent() && !resting.contains(name)) {
          switch (cycle.carryOut(endpoint.get(), entry)) {
            case EnrollmentOutcome.Issued _ -> issued++;
            case EnrollmentOutcome.Refused _, EnrollmentOutcome.Declined _ -> refused++;
            case EnrollmentOutcome.Deferred _ -> {
              // Its own requester is asking, or somebody else was quicker.
            }
            case EnrollmentOutcome.Unavailable _ -> {
              // The issuer is away, and will be for the next entry too.
              restUntil.put(name, clock.instant().plus(PATIENCE_WITH_ISSUER));
              resting.add(name);
            }
          }
        }
      }
      after = entries.getLast().number();
      entries = store.approved(after, BATCH);
    }
    return new Report(issued, refused);
  }

  private Set<String> resting() {
    Instant now = clock.instant();
    restUntil.values().removeIf(until -> !until.isAfter(now));
    return new HashSet<>(restUntil.keySet());
  }

  /// Forgets what is long done.
  ///
  /// @return how many
  public int forget() throws StoreUnavailableException {
    return store.forgetClosed(clock.instant().minus(MEMORY));
  }
}
