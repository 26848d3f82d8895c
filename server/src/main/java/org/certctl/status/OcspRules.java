package org.certctl.status;

import java.time.Duration;

/// How OCSP is answered.
///
/// @param validity how long an answer is good: from thisUpdate to nextUpdate
/// @param maxSignings how many answers are signed at once
/// @param patience how long a request waits for its turn to be signed before it is turned away
/// @param cachedAnswers how many signed answers are kept, of at most some 3 KiB each
public record OcspRules(Duration validity, int maxSignings, Duration patience, int cachedAnswers) {

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int CACHED_ANSWERS = 2048;

  /// The usual bounds.
  ///
  /// @param processors of this machine; half of them may sign, so that enrollment keeps the rest
  public static OcspRules of(Duration validity, int processors) {
    return new OcspRules(validity, Math.max(1, processors / 2), PATIENCE, CACHED_ANSWERS);
  }

  /// @throws IllegalArgumentException when one is not positive
  public OcspRules {
    if (!validity.isPositive() || maxSignings < 1 || patience.isNegative() || cachedAnswers < 0) {
      throw new IllegalArgumentException("validity and signings are positive");
    }
  }
}
