package org.certctl.retention;

import java.time.Duration;
import java.util.Optional;
import org.certctl.enroll.EnrollmentCycle;

/// How long records are kept that nothing needs any more.
///
/// @param enrollments how long after it was decided an enrollment is kept; absent: for ever
/// @param certificates how long after its end a certificate is kept; absent: for ever
public record RetentionRules(Optional<Duration> enrollments, Optional<Duration> certificates) {

  /// Until then an enrollment may be asked for again.
  public static final Duration MIN_ENROLLMENTS = EnrollmentCycle.REPLAY_WINDOW;

  /// So long a certificate is kept at the least, for clocks that are wrong and operators who ask.
  public static final Duration MIN_CERTIFICATES = Duration.ofDays(30);

  /// Refuses what would remove records that are needed.
  ///
  /// @throws IllegalArgumentException when one is less than its minimum
  public RetentionRules {
    if (enrollments.filter(kept -> kept.compareTo(MIN_ENROLLMENTS) < 0).isPresent()
        || certificates.filter(kept -> kept.compareTo(MIN_CERTIFICATES) < 0).isPresent()) {
      throw new IllegalArgumentException("records are needed longer than that");
    }
  }

  /// Everything is kept for ever.
  public static RetentionRules defaults() {
    return new RetentionRules(Optional.empty(), Optional.empty());
  }
}
