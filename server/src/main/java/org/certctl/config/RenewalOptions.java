package org.certctl.config;

import java.time.Duration;
import java.util.Optional;

/// The options of each profile about renewal.
final class RenewalOptions {

  static final Option<Boolean> ENABLED =
      new Option<>(
          "RENEWAL",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(RenewalSettings.defaults().rules().enabled()),
          "Whether a certificate that was issued here authorises its own renewal, by RenewalReq or"
              + " by a PKCSReq that it signed. Off, `Renewal` is not announced and every request"
              + " needs the challenge.",
          "false");

  static final Option<Duration> WINDOW =
      new Option<>(
          "RENEWAL_WINDOW",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ofHours(1), Duration.ofDays(3650)),
          Optional.of(RenewalSettings.defaults().rules().window()),
          "How long before its end a certificate may be renewed.",
          "30d");

  static final Option<Duration> GRACE =
      new Option<>(
          "RENEWAL_GRACE",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ZERO, Duration.ofDays(365)),
          Optional.of(RenewalSettings.defaults().rules().grace()),
          "How long after its end a certificate may still be renewed, for devices that were away.",
          "7d");

  static final Option<Boolean> CHALLENGE_REQUIRED =
      new Option<>(
          "RENEWAL_CHALLENGE_REQUIRED",
          Section.SCEP_PROFILE,
          ValueTypes.bool(),
          Optional.of(RenewalSettings.defaults().rules().challengeRequired()),
          "Whether a renewal needs a valid challenge besides the certificate.",
          "true");

  static final Option<Duration> REVOKE_PREDECESSOR_AFTER =
      new Option<>(
          "RENEWAL_REVOKE_PREDECESSOR_AFTER",
          Section.SCEP_PROFILE,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofDays(3650)),
          Optional.empty(),
          "How long after a renewal the old certificate is revoked as superseded; never when empty."
              + " Give devices days: nobody confirms that the new one has arrived.",
          "14d");

  private RenewalOptions() {}
}
