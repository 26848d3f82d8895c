package org.certctl.config;

import java.time.Duration;
import java.util.Optional;
import org.certctl.issuer.CrlPartition;
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

  static final Option<Boolean> DELTA_ENABLED =
      new Option<>(
          "CERTCTL_CRL_DELTA_ENABLED",
          Section.STATUS,
          ValueTypes.bool(),
          Optional.of(CrlRules.defaults().deltas().enabled()),
          "Whether delta CRLs are made, which tell only what has changed. Each CRL says where its"
              + " delta is, for which `CERTCTL_PUBLIC_URL` must be set.",
          "true");

  static final Option<Duration> DELTA_INTERVAL =
      new Option<>(
          "CERTCTL_CRL_DELTA_INTERVAL",
          Section.STATUS,
          ValueTypes.duration(Duration.ofMinutes(1), Duration.ofDays(7)),
          Optional.of(CrlRules.defaults().deltas().interval()),
          "A new delta CRL is made at least this often, and within seconds of a revocation.",
          "15m");

  static final Option<Duration> DELTA_VALIDITY =
      new Option<>(
          "CERTCTL_CRL_DELTA_VALIDITY",
          Section.STATUS,
          ValueTypes.duration(Duration.ofMinutes(2), Duration.ofDays(365)),
          Optional.of(CrlRules.defaults().deltas().validity()),
          "How long a delta CRL is good, which is also how long others may keep it without asking"
              + " again. At least twice `CERTCTL_CRL_DELTA_INTERVAL`.",
          "30m");

  static final Option<Integer> PARTITIONS =
      new Option<>(
          "CERTCTL_CRL_PARTITIONS",
          Section.STATUS,
          ValueTypes.integer(0, CrlPartition.MAX),
          Optional.of(StatusSettings.defaults().crlPartitions()),
          "Into how many parts the certificates issued from then on are divided, each with a CRL of"
              + " its own that they name; 0 for one CRL of all. Needs `CERTCTL_PUBLIC_URL`. It may"
              + " be changed at any time: what certificates name goes on being published.",
          "16");

  private CrlOptions() {}
}
