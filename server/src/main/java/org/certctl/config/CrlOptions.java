package org.certctl.config;

import java.time.Duration;
import java.util.Optional;
import org.certctl.status.CrlRules;

/// The options of certificate revocation lists, a part of the catalogue.
final class CrlOptions {

  static final Option<Duration> GENERATION_INTERVAL =
      new Option<>(
          "CERTCTL_CRL_GENERATION_INTERVAL",
          Section.STATUS,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(7)),
          Optional.of(CrlRules.defaults().interval()),
          "A new CRL is made at least this often.",
          "30m");

  static final Option<Duration> VALIDITY =
      new Option<>(
          "CERTCTL_CRL_VALIDITY",
          Section.STATUS,
          ValueTypes.duration(Duration.ofMinutes(2), Duration.ofDays(365)),
          Optional.of(CrlRules.defaults().validity()),
          "How long a CRL is good, which is also how long others may keep it without asking again."
              + " At least twice `CERTCTL_CRL_GENERATION_INTERVAL`; the difference is the time there"
              + " is to repair a server that makes none.",
          "168h");

  static final Option<Boolean> ON_REVOCATION =
      new Option<>(
          "CERTCTL_CRL_ON_REVOCATION",
          Section.STATUS,
          ValueTypes.bool(),
          Optional.of(CrlRules.defaults().onRevocation()),
          "Whether a revocation is followed by a new CRL within seconds, or waits for the next one.",
          "false");

  private CrlOptions() {}
}
