package org.certctl.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeDispatcher;
import org.certctl.challenge.ChallengeSchemes;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.challenge.FailureLimiter;
import org.certctl.challenge.connector.ComplianceCheck;
import org.certctl.challenge.connector.ConnectorChallenge;
import org.certctl.challenge.connector.ConnectorGates;
import org.certctl.challenge.fixed.FixedChallenge;
import org.certctl.config.ChallengeSettings;
import org.certctl.config.ConnectorSettings;

/// Makes what judges the challenges of a profile; all profiles share one limit on wrong ones.
///
/// @param limiter counts wrong challenges by source address
/// @param oneTime judges one-time challenges
/// @param connectors whose connector challenges are trusted
/// @param clock the server's clock
record ChallengeValidators(
    FailureLimiter limiter, ChallengeValidator oneTime, ConnectorTrust connectors, Clock clock) {

  ChallengeValidator of(String profile, ChallengeSettings settings) {
    Optional<ChallengeValidator> secrets = secrets(settings);
    if (settings.connector().isEmpty()) {
      return secrets.orElseThrow(
          () -> new IllegalStateException(profile + " takes no challenges at all"));
    }
    ChallengeValidator connector = connector(profile, settings.connector().get());
    return new ChallengeDispatcher(
        List.of(new ChallengeDispatcher.Route(ConnectorChallenge::recognizes, connector)),
        secrets.orElse(connector));
  }

  private ChallengeValidator connector(String profile, ConnectorSettings settings) {
    return new ConnectorChallenge(
        new ConnectorGates(
            profile, settings.rules(), connectors.of(profile), ComplianceCheck.none()),
        clock);
  }

  /// What judges challenges that are compared and not signed; absent when none are taken.
  private Optional<ChallengeValidator> secrets(ChallengeSettings settings) {
    List<ChallengeValidator> schemes = new ArrayList<>();
    if (settings.connector().map(ConnectorSettings::allowStatic).orElse(true)) {
      settings.password().map(FixedChallenge::new).ifPresent(schemes::add);
    }
    if (settings.oneTime()) {
      schemes.add(oneTime);
    }
    return schemes.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChallengeSchemes(schemes, limiter));
  }
}
