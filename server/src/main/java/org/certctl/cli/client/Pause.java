package org.certctl.cli.client;

import java.time.Duration;

/// Waits; passed in, so that tests need not.
@FunctionalInterface
public interface Pause {

  /// Waits this long.
  void sleep(Duration duration) throws InterruptedException;
}
