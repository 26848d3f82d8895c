package org.certctl.rollover;

import java.time.Instant;
import java.util.Optional;
import org.certctl.pki.Sha256;

/// A CA that was prepared to take the place of the one before it. The first CA of a server, which
/// its configuration names, has number 1 and no entry.
///
/// @param number 2 for the first that was prepared; never used twice
/// @param fingerprint SHA-256 of the issuing certificate
/// @param subject the issuing certificate's subject
/// @param preparedAt when it was made
/// @param activateAt when it begins to issue; absent while nobody has said
/// @param switchedAt when it was noticed that it had begun; absent before
/// @param cancelledAt when it was given up; absent when it was not
public record CaGeneration(
    int number,
    Sha256 fingerprint,
    String subject,
    Instant preparedAt,
    Optional<Instant> activateAt,
    Optional<Instant> switchedAt,
    Optional<Instant> cancelledAt) {

  /// The number of a server's first CA.
  public static final int FIRST = 1;

  /// @throws IllegalArgumentException when the number is that of the first CA or below
  public CaGeneration {
    if (number <= FIRST) {
      throw new IllegalArgumentException("a prepared CA has a number from 2");
    }
  }

  /// One that was just prepared.
  public static CaGeneration prepared(
      int number, Sha256 fingerprint, String subject, Instant at, Optional<Instant> activateAt) {
    return new CaGeneration(
        number, fingerprint, subject, at, activateAt, Optional.empty(), Optional.empty());
  }

  /// Whether it issues at this instant, or did before another took its place. Once it has begun, a
  /// clock that is set back does not undo it.
  public boolean hasBegun(Instant now) {
    return cancelledAt.isEmpty()
        && (switchedAt.isPresent() || activateAt.filter(at -> !now.isBefore(at)).isPresent());
  }

  /// Whether it waits for its time; devices may enroll with it meanwhile.
  public boolean isPending(Instant now) {
    return cancelledAt.isEmpty() && !hasBegun(now);
  }
}
