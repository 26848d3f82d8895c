package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.connector.ConnectorChallenge;
import org.certctl.challenge.connector.ConnectorRules;
import org.certctl.config.Materials.NamedFile;
import org.certctl.secret.Secret;

/// Reads what a profile says of connector challenges.
final class ConnectorReader {

  private final OptionReader reader;
  private final Problems problems;
  private final List<NamedFile> bundles = new ArrayList<>();

  ConnectorReader(OptionReader reader, Problems problems) {
    this.reader = reader;
    this.problems = problems;
  }

  /// Whether a profile takes them at all.
  boolean isEnabled(String profile) {
    return reader.value(ConnectorOptions.ENABLED, ConnectorOptions.ENABLED.keyFor(profile));
  }

  /// The settings of a profile that takes them; absent when a required one is missing.
  ///
  /// @param password the profile's static challenge
  Optional<ConnectorSettings> read(String profile, Optional<Secret> password) {
    String pathKey = ConnectorOptions.CONNECTOR_CERT_PATH.keyFor(profile);
    Optional<Path> path = reader.requiredPath(ConnectorOptions.CONNECTOR_CERT_PATH, pathKey);
    path.ifPresent(file -> bundles.add(new NamedFile(pathKey, file)));
    boolean allowStatic = value(ConnectorOptions.ALLOW_STATIC, profile);
    checkStatic(profile, allowStatic, password);
    ConnectorRules rules =
        new ConnectorRules(
            reader.optional(ConnectorOptions.AUDIENCE, ConnectorOptions.AUDIENCE.keyFor(profile)),
            value(ConnectorOptions.CHALLENGE_VALIDITY, profile),
            value(ConnectorOptions.CLOCK_SKEW_TOLERANCE, profile),
            value(ConnectorOptions.PER_DEVICE_RATE_LIMIT_24H, profile),
            value(ConnectorOptions.CLAIM_BINDING, profile));
    checkTimes(profile, rules);
    return path.map(file -> new ConnectorSettings(file, rules, allowStatic));
  }

  private <T> T value(Option<T> option, String profile) {
    return reader.value(option, option.keyFor(profile));
  }

  private void checkStatic(String profile, boolean allowStatic, Optional<Secret> password) {
    String passwordKey = Options.PROFILE.challengePassword().keyFor(profile);
    String allowKey = ConnectorOptions.ALLOW_STATIC.keyFor(profile);
    if (allowStatic && password.isEmpty()) {
      problems.error(
          allowKey,
          "there is no static challenge to take",
          "set " + passwordKey + ", or take it out");
    }
    if (!allowStatic && password.isPresent()) {
      problems.warning(
          passwordKey,
          "it is not taken: this profile takes connector challenges",
          "take it out, or set " + allowKey + "=true to take it besides");
    }
    if (allowStatic && password.filter(ConnectorChallenge::recognizes).isPresent()) {
      problems.error(
          passwordKey,
          "it looks like a connector challenge and would be judged as one",
          "choose one of at most 200 characters");
    }
  }

  private void checkTimes(String profile, ConnectorRules rules) {
    Duration validity = rules.validity();
    if (validity.isPositive() && rules.clockSkew().compareTo(validity) >= 0) {
      problems.error(
          ConnectorOptions.CLOCK_SKEW_TOLERANCE.keyFor(profile),
          "it is not less than " + ConnectorOptions.CHALLENGE_VALIDITY.keyFor(profile),
          "60s does for machines that set their clocks by NTP");
    }
  }

  /// The bundles of all profiles read so far.
  List<NamedFile> bundles() {
    return List.copyOf(bundles);
  }
}
