package org.certctl.pki;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that stands still until a test moves it; any thread may read it.
public final class TestClock extends Clock {

  private volatile Instant now;

  /// Stands at this instant.
  public TestClock(Instant now) {
    this.now = now;
  }

  /// Stands at this instant from now on.
  public void set(Instant instant) {
    now = instant;
  }

  /// Stands this much later from now on.
  public void advance(Duration duration) {
    now = now.plus(duration);
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
