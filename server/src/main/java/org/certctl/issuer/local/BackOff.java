package org.certctl.issuer.local;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// When something that failed may be tried again: soon after the first time, then ever more rarely.
///
/// Not safe for use by several threads at once.
final class BackOff {

  /// The pause after the first failure; each further one doubles it.
  static final Duration FIRST = Duration.ofSeconds(2);

  /// No pause is longer.
  static final Duration LONGEST = Duration.ofMinutes(5);

  private final Map<Object, Pause> pauses = new HashMap<>();

  private record Pause(Instant since, Duration length) {

    /// A clock that was set back does not make it longer.
    boolean isOver(Instant now) {
      return now.isBefore(since) || !now.isBefore(since.plus(length));
    }
  }

  /// Whether this may be tried now.
  boolean mayTry(Object what, Instant now) {
    Pause pause = pauses.get(what);
    return pause == null || pause.isOver(now);
  }

  /// It failed.
  void failed(Object what, Instant now) {
    pauses.merge(what, new Pause(now, FIRST), (last, _) -> new Pause(now, longer(last.length())));
  }

  private static Duration longer(Duration last) {
    Duration doubled = last.multipliedBy(2);
    return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }

  /// It went well, and the next failure is a first one.
  void succeeded(Object what) {
    pauses.remove(what);
  }
}
