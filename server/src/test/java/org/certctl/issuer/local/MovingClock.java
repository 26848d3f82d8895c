package org.certctl.issuer.local;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that stands still until it is set.
public final class MovingClock extends Clock {

  private Instant now;

  /// Stands at this instant.
  public MovingClock(Instant now) {
    this.now = now;
  }

  /// Stands at this instant from now on.
  public void set(Instant instant) {
    now = instant;
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
