package org.certctl.app;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.TestAuthoritySettings;
import org.certctl.enroll.PendingDecisions;
import org.certctl.enroll.PendingEntry;
import org.certctl.enroll.PendingState;

/// Decides at a test authority on what has waited long enough, as a human would elsewhere: refuses
/// its share, approves the rest.
final class TestAuthorityDecisions {
  private static final Actor ACTOR = new Actor("test authority", "system");
  private static final String WORDS = "refused at random by a test authority";
  private static final int BATCH = 100;

  private final PendingDecisions decisions;
  private final TestAuthoritySettings settings;
  private final RandomGenerator random;
  private final Clock clock;

  TestAuthorityDecisions(
      PendingDecisions decisions,
      TestAuthoritySettings settings,
      RandomGenerator random,
      Clock clock) {
    this.decisions = decisions;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
  }

  void run() throws StoreUnavailableException {
    Instant now = clock.instant();
    long after = 0;
    List<PendingEntry> entries = decisions.page(after, BATCH, false);
    while (!entries.isEmpty()) {
      for (PendingEntry entry : entries) {
        boolean due = !entry.enrollment().at().plus(settings.pendFor()).isAfter(now);
        if (due && entry.state() instanceof PendingState.Waiting) {
          decide(entry, now);
        }
      }
      after = entries.getLast().number();
      entries = decisions.page(after, BATCH, false);
    }
  }

  private void decide(PendingEntry entry, Instant now) throws StoreUnavailableException {
    var facts = entry.enrollment().facts();
    if (random.nextDouble() < settings.refuse()) {
      var _ =
          decisions.reject(
              entry.enrollment().id(),
              WORDS,
              ACTOR.name(),
              now,
              List.of(new AuditEvent.EnrollmentRejected(now, facts, ACTOR, WORDS)));
    } else {
      var _ =
          decisions.approve(
              entry.enrollment().id(),
              ACTOR.name(),
              now,
              List.of(new AuditEvent.EnrollmentApproved(now, facts, ACTOR)));
    }
  }
}
