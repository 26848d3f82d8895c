package org.certctl.config;

import java.time.Duration;
import java.util.Optional;

/// The options of RA certificates that the CA here makes, a part of the catalogue.
final class RaOptions {

  static final Option<Duration> LIFETIME =
      new Option<>(
          "CERTCTL_SCEP_RA_LIFETIME",
          Section.SCEP,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(3653)),
          Optional.of(ScepSettings.defaults().ra().lifetime()),
          "How long RA certificates are valid that the CA here makes for profiles without"
              + " `RA_CERT_PATH`. They end with the CA at the latest.",
          "365d");

  static final Option<Duration> RENEW_BEFORE =
      new Option<>(
          "CERTCTL_SCEP_RA_RENEW_BEFORE",
          Section.SCEP,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(3653)),
          Optional.of(ScepSettings.defaults().ra().renewBefore()),
          "How long before its end such an RA certificate is replaced by one with a new key. Less"
              + " than `CERTCTL_SCEP_RA_LIFETIME`.",
          "30d");

  static final Option<Duration> GRACE =
      new Option<>(
          "CERTCTL_SCEP_RA_GRACE",
          Section.SCEP,
          ValueTypes.duration(Duration.ZERO, Duration.ofDays(3653)),
          Optional.of(ScepSettings.defaults().ra().grace()),
          "How long requests to an RA key are still answered after another took its place, for"
              + " devices that keep the old certificate.",
          "90d");

  private RaOptions() {}
}
