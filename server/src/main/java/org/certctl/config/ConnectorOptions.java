package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.connector.ConnectorRules;

/// The options of connector challenges, a part of the catalogue; the names are those that operators
/// know from elsewhere.
final class ConnectorOptions {

  private static final ConnectorRules DEFAULTS = ConnectorRules.defaults();

  static final Option<Boolean> ENABLED =
      new Option<>(
          "INTUNE_ENABLED",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(false),
          "Whether challenges signed by a connector, MDM or portal are taken (see"
              + " `docs/scep-intune.md`). `CHALLENGE_PASSWORD` is then optional.",
          "true");

  static final Option<Path> CONNECTOR_CERT_PATH =
      new Option<>(
          "INTUNE_CONNECTOR_CERT_PATH",
          Section.SCEP_PROFILE,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the certificates of the connectors whose signatures are trusted, none expired."
              + " Required with `INTUNE_ENABLED`; read again on SIGHUP and `certctl reload`.",
          "connector.pem");

  static final Option<String> AUDIENCE =
      new Option<>(
          "INTUNE_AUDIENCE",
          Section.SCEP_PROFILE,
          ValueType.of("the text that a token must name in `aud`", text -> text, text -> text),
          Optional.empty(),
          "The audience that a token must name, usually the URL of this endpoint; not looked at"
              + " when empty.",
          "https://scep.example.com/scep/corp");

  static final Option<Duration> CHALLENGE_VALIDITY =
      new Option<>(
          "INTUNE_CHALLENGE_VALIDITY",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ZERO, Duration.ofDays(365)),
          Optional.of(DEFAULTS.validity()),
          "How long after its `iat` a token is taken at most, whatever its `exp` says; 0 for no"
              + " such bound. A token is never taken twice, whatever this says.",
          "30m");

  static final Option<Integer> PER_DEVICE_RATE_LIMIT_24H =
      new Option<>(
          "INTUNE_PER_DEVICE_RATE_LIMIT_24H",
          Section.SCEP_PROFILE,
          ValueTypes.integer(0, ChallengeClaim.MAX_SLOTS),
          Optional.of(DEFAULTS.perDevice()),
          "How many certificates a device (`sub` and `iss` of the token) may have within any 24"
              + " hours; 0 for any number.",
          "5");

  static final Option<Duration> CLOCK_SKEW_TOLERANCE =
      new Option<>(
          "INTUNE_CLOCK_SKEW_TOLERANCE",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ZERO, ConnectorRules.MAX_CLOCK_SKEW),
          Optional.of(DEFAULTS.clockSkew()),
          "How far the clocks of connector and server may differ; less than"
              + " `INTUNE_CHALLENGE_VALIDITY`.",
          "30s");

  static final Option<Boolean> ALLOW_STATIC =
      new Option<>(
          "INTUNE_ALLOW_STATIC",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(false),
          "Whether `CHALLENGE_PASSWORD` is taken besides connector challenges. Whoever knows it is"
              + " bound by none of the gates. A refused connector challenge is never tried as one.",
          "true");

  static final Option<ConnectorRules.Binding> CLAIM_BINDING =
      new Option<>(
          "INTUNE_CLAIM_BINDING",
          Section.SCEP_PROFILE,
          ValueTypes.oneOf(ConnectorRules.Binding.class),
          Optional.of(DEFAULTS.binding()),
          "`strict` refuses every name in the request that the token does not name; `lenient` lets"
              + " the request have any names of kinds that the token does not speak of.",
          "lenient");

  private ConnectorOptions() {}
}
