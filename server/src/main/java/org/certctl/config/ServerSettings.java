package org.certctl.config;

import java.time.Duration;

/// The HTTPS listener.
///
/// @param host the address to listen on
/// @param port the port
/// @param maxBodySizeBytes the largest request body that is read
/// @param shutdownTimeout how long what is under way may take when the server stops
public record ServerSettings(
    String host, int port, int maxBodySizeBytes, Duration shutdownTimeout) {

  /// Loopback only, port 8443, bodies up to 256 KiB, 30 seconds to finish.
  public static ServerSettings defaults() {
    return new ServerSettings("127.0.0.1", 8443, 256 * 1024, Duration.ofSeconds(30));
  }
}
