package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyType;

/// OCSP.
///
/// @param enabled whether it is answered
/// @param validity how long an answer is good
/// @param responder when responder certificates are renewed; their grace is none
/// @param keyType the keys that are made for responders
/// @param suppliedKey the key of all responders, when the operator supplies it
/// @param keyDirectory the folder with their keys; absent when that is one in the data directory
/// @param requestsPerMinute how many requests one address may send in a minute; 0 for no limit
public record OcspSettings(
    boolean enabled,
    Duration validity,
    RaSchedule responder,
    KeyType keyType,
    Optional<KeyLocation> suppliedKey,
    Optional<Path> keyDirectory,
    int requestsPerMinute) {

  private static final int REQUESTS_PER_MINUTE = 1000;

  /// Answers good for an hour, responders with P-256 keys for 30 days that are renewed after 23; a
  /// thousand requests a minute.
  public static OcspSettings defaults() {
    return new OcspSettings(
        true,
        Duration.ofHours(1),
        new RaSchedule(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO),
        KeyType.P_256,
        Optional.empty(),
        Optional.empty(),
        REQUESTS_PER_MINUTE);
  }
}
