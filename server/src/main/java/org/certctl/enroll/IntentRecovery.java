package org.certctl.enroll;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;

/// Resolves the intents that a crash left open: each is asked for again, under the same serial
/// number.
///
/// Run at start before the first request, and from time to time for what could not be resolved
/// then. Where several nodes enroll, each resolves its own; those of a dead node become another's
/// first.
public final class IntentRecovery {

  /// What came of one run.
  ///
  /// @param issued how many intents ended with their certificate
  /// @param released how many ended without one
  /// @param stillOpen how many could not be resolved just now
  /// @param stuck those that stay open for a reason that no repetition mends by itself, and why
  public record Report(int issued, int released, int stillOpen, List<Stuck> stuck) {

    /// Keeps its own copy.
    public Report {
      stuck = List.copyOf(stuck);
    }
  }

  /// An intent that cannot be read, or whose resolution broke.
  ///
  /// @param intent which
  /// @param cause what was thrown
  public record Stuck(IntentId intent, RuntimeException cause) {}

  private final EnrollmentStore store;
  private final EnrollmentCycle cycle;
  private final EndpointDirectory endpoints;
  private final Duration patience;
  private final Clock clock;

  /// Releases at once what belongs to no endpoint.
  ///
  /// @param endpoints knows the endpoints at the moment of each run
  public IntentRecovery(
      EnrollmentStore store, EnrollmentCycle cycle, EndpointDirectory endpoints, Clock clock) {
    this(store, cycle, endpoints, Duration.ZERO, clock);
  }

  /// @param endpoints knows the endpoints at the moment of each run
  /// @param patience how old an intent is at least that is released because it belongs to no
  ///   endpoint: another node may know that endpoint, or this one soon
  public IntentRecovery(
      EnrollmentStore store,
      EnrollmentCycle cycle,
      EndpointDirectory endpoints,
      Duration patience,
      Clock clock) {
    this.store = store;
    this.cycle = cycle;
    this.endpoints = endpoints;
    this.patience = patience;
    this.clock = clock;
  }

  /// Resolves what is open and not under way, each intent by itself: one that breaks stays open and
  /// does not keep the others from their turn.
  ///
  /// @throws StoreUnavailableException when the store is away; the rest waits for the next run
  public Report run() throws StoreUnavailableException {
    int issued = 0;
    int released = 0;
    int stillOpen = 0;
    List<Stuck> stuck = new ArrayList<>();
    for (IntentId id : store.openIntents()) {
      try {
        Optional<Intent> intent = store.findOpen(id);
        if (intent.isEmpty()) { // resolved meanwhile
          continue;
        }
        switch (resolve(intent.get())) {
          case EnrollmentOutcome.Issued _ -> issued++;
          case EnrollmentOutcome.Refused _, EnrollmentOutcome.Declined _ -> released++;
          case EnrollmentOutcome.Unavailable _, EnrollmentOutcome.Deferred _ -> stillOpen++;
        }
      } catch (RuntimeException e) {
        stuck.add(new Stuck(id, e));
      }
    }
    return new Report(issued, released, stillOpen, stuck);
  }

  private EnrollmentOutcome resolve(Intent intent) throws StoreUnavailableException {
    Optional<Endpoint> endpoint =
        endpoints.find(intent.key().endpoint(), intent.facts().issuerId());
    if (endpoint.isPresent()) {
      return cycle.resolve(endpoint.get(), intent);
    }
    String explanation = "the endpoint or its issuer is no longer configured";
    if (clock.instant().isBefore(intent.at().plus(patience))) {
      return new EnrollmentOutcome.Unavailable(explanation);
    }
    store.release(
        intent.id(),
        List.of(
            new AuditEvent.EnrollmentReleased(
                clock.instant(),
                intent.facts(),
                intent.serialNumber().hex(),
                "endpoint_gone",
                explanation)));
    return new EnrollmentOutcome.Refused(RefusalReason.ISSUER, "endpoint_gone", explanation);
  }
}
