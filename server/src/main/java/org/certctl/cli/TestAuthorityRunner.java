package org.certctl.cli;

import java.io.IOException;
import org.certctl.config.ConfigurationException;

/// Runs a test authority until it is told to stop.
@FunctionalInterface
public interface TestAuthorityRunner {

  /// Returns when it has stopped and nothing of it is left.
  void run(TestAuthorityOptions options)
      throws CommandFailedException, ConfigurationException, IOException, InterruptedException;
}
