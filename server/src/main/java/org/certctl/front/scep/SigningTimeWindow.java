package org.certctl.front.scep;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How far the signingTime of a message may be from now (RFC 8894, section 3.2.1.4, badTime).
///
/// @param most the distance, either way; empty when any time will do
public record SigningTimeWindow(Optional<Duration> most) {

  /// Whether a message may have been signed when it says. With a bound, a message that does not say
  /// when is refused too: somebody who keeps it could send it for ever.
  boolean takes(Optional<Instant> signingTime, Instant now) {
    return most.isEmpty()
        || signingTime
            .map(time -> Duration.between(time, now).abs())
            .filter(distance -> distance.compareTo(most.get()) <= 0)
            .isPresent();
  }
}
