package org.certctl.http;

import java.util.OptionalInt;

/// Where the server listens, besides the port of the main listener.
///
/// @param host the address of the main listener and of plain SCEP
/// @param plainScepPort plain HTTP for SCEP and certificate status; absent means off
/// @param mtlsScepPort TLS that asks for client certificates, for SCEP; absent means off
/// @param managementHost the address of the management listener
/// @param managementPort plain HTTP for health and metrics
public record ListenerSettings(
    String host,
    OptionalInt plainScepPort,
    OptionalInt mtlsScepPort,
    String managementHost,
    int managementPort) {

  /// The longest request line and header section: GET with an RSA-4096 chain needs more than usual.
  public static final int MAX_REQUEST_HEADER_BYTES = 72 * 1024;
}
