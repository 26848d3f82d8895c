package org.certctl.cli;

import org.certctl.config.Configuration;

/// Starts the server; the composition root knows how.
@FunctionalInterface
public interface ServerLauncher {

  /// A server that runs.
  interface Running extends AutoCloseable {

    /// The port of the main listener.
    int httpsPort();

    /// Waits until the server was told to stop and has stopped.
    void awaitStop() throws InterruptedException;

    /// Stops it in good order: what is under way is finished.
    @Override
    void close();
  }

  /// Starts and returns when requests are answered.
  ///
  /// @throws CommandFailedException when it cannot start: a port is taken, the database is held by
  ///   another server
  Running start(Configuration configuration) throws CommandFailedException;
}
