package org.certctl.front.scep;

import java.util.List;
import java.util.random.RandomGenerator;
import org.certctl.scep.FailInfo;

/// What a test authority does to requests, at random: refuses them with some failInfo, or lets them
/// wait. For authors of clients; never part of a server that is meant.
///
/// Safe for use by many threads; with one at a time the same generator gives the same trouble.
public final class Trouble {
  private static final List<FailInfo> REASONS = List.of(FailInfo.values());

  private final double refuse;
  private final double pend;
  private final RandomGenerator random;

  /// @param refuse the share that is refused, 0 to 1
  /// @param pend the share that waits, 0 to 1
  public Trouble(double refuse, double pend, RandomGenerator random) {
    this.refuse = refuse;
    this.pend = pend;
    this.random = random;
  }

  /// What becomes of a request.
  sealed interface Fate {
    /// It goes its way.
    record Spared() implements Fate {}

    /// It is refused.
    record Refused(FailInfo failInfo) implements Fate {}

    /// It has to wait.
    record Deferred() implements Fate {}
  }

  synchronized Fate next() {
    double number = random.nextDouble();
    if (number < refuse) {
      return new Fate.Refused(REASONS.get(random.nextInt(REASONS.size())));
    }
    return number < refuse + pend ? new Fate.Deferred() : new Fate.Spared();
  }
}
