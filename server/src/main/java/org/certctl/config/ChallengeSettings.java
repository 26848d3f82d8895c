package org.certctl.config;

import java.util.Optional;
import org.certctl.secret.Secret;

/// Which challenges an endpoint takes: at least one kind.
///
/// @param password the static challenge; absent when there is none
/// @param oneTime whether one-time challenges are taken
/// @param passwordEnvelopes whether the static challenge also opens envelopes of requesters whose
///   key cannot encrypt (RFC 8894, section 3.1)
/// @param connector connector challenges; absent when none are taken
public record ChallengeSettings(
    Optional<Secret> password,
    boolean oneTime,
    boolean passwordEnvelopes,
    Optional<ConnectorSettings> connector) {

  /// No kind yet, and the static challenge may open envelopes.
  public static ChallengeSettings defaults() {
    return new ChallengeSettings(Optional.empty(), false, true, Optional.empty());
  }

  /// The same with this static challenge, and these connector challenges.
  ChallengeSettings with(
      Optional<Secret> staticChallenge, Optional<ConnectorSettings> connectorChallenges) {
    return new ChallengeSettings(staticChallenge, oneTime, passwordEnvelopes, connectorChallenges);
  }

  /// What envelopes are opened and sealed with when the requester's key cannot; absent when that is
  /// switched off, or there is no static challenge: of a one-time challenge only a MAC is kept.
  public Optional<Secret> envelopePassword() {
    return password.filter(_ -> passwordEnvelopes);
  }
}
