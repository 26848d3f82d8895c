package org.certctl.enroll;

import java.time.Clock;
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
  /// @param issued intents that ended with their certificate
  /// @param released intents that ended without one
  /// @param stillOpen intents that could not be resolved just now
  public record Report(int issued, int released, int stillOpen) {}

  private final EnrollmentStore store;
  private final EnrollmentCycle cycle;
  private final EndpointDirectory endpoints;
  private final Clock clock;

  /// @param endpoints knows the endpoints at the moment of each run
  public IntentRecovery(
      EnrollmentStore store, EnrollmentCycle cycle, EndpointDirectory endpoints, Clock clock) {
    this.store = store;
    this.cycle = cycle;
    this.endpoints = endpoints;
    this.clock = clock;
  }

  /// Resolves what is open and not under way.
  public Report run() throws StoreUnavailableException {
    int issued = 0;
    int released = 0;
    int stillOpen = 0;
    for (Intent intent : store.openIntents()) {
      switch (resolve(intent)) {
        case EnrollmentOutcome.Issued _ -> issued++;
        case EnrollmentOutcome.Refused _, EnrollmentOutcome.Declined _ -> released++;
        case EnrollmentOutcome.Unavailable _, EnrollmentOutcome.Deferred _ -> stillOpen++;
      }
    }
    return new Report(issued, released, stillOpen);
  }

  private EnrollmentOutcome resolve(Intent intent) throws StoreUnavailableException {
    Optional<Endpoint> endpoint =
        endpoints.find(intent.key().endpoint(), intent.facts().issuerId());
    if (endpoint.isPresent()) {
      return cycle.resolve(endpoint.get(), intent);
    }
    String explanation = "the endpoint or its issuer is no longer configured";
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
