package org.certctl.config;

import java.time.Duration;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyType;

/// OCSP.
///
/// @param enabled whether it is answered
/// @param validity how long an answer is good
/// @param responder when responder certificates are renewed; their grace is none
/// @param keyType the keys of responders
public record OcspSettings(
    boolean enabled, Duration validity, RaSchedule responder, KeyType keyType) {

  /// Answers good for an hour, responders with P-256 keys for 30 days that are renewed after 23.
  public static OcspSettings defaults() {
    return new OcspSettings(
        true,
        Duration.ofHours(1),
        new RaSchedule(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO),
        KeyType.P_256);
  }
}
