package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.challenge.FailureLimiter;
import org.certctl.config.Configuration;
import org.certctl.keys.CryptoProviders;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.ConnectorMetrics;
import org.certctl.store.Store;

/// Starts the keeping of endpoints as a server does.
final class TestKeeping {

  /// Takes no one-time challenge.
  static final ChallengeValidator NO_ONE_TIME =
      _ -> new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not right");

  private TestKeeping() {}

  /// @param oneTime judges one-time challenges
  static EndpointKeeping start(
      Configuration configuration,
      Store store,
      MeterRegistry registry,
      ChallengeValidator oneTime,
      Clock clock)
      throws Exception {
    CryptoProviders providers = CryptoProviders.detect();
    Instant end = clock.instant().plus(Duration.ofDays(365));
    return EndpointKeeping.start(
        configuration,
        providers,
        new ChallengeValidators(
            new FailureLimiter(60, System::nanoTime),
            oneTime,
            ConnectorTrust.of(
                configuration.scep().profiles(),
                providers,
                new ConnectorMetrics(registry, store.auditCounts(), clock),
                clock),
            clock),
        store,
        () -> end,
        new CertificateExpiries(registry, clock),
        new SecureRandom(),
        clock);
  }
}
