package org.certctl.config;

/// The plain HTTP listener for metrics and health.
///
/// @param host the address to listen on
/// @param port the port
public record ManagementSettings(String host, int port) {

  /// Loopback only, port 9090.
  public static ManagementSettings defaults() {
    return new ManagementSettings("127.0.0.1", 9090);
  }
}
