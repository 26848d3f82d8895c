package org.certctl.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/// Where the server listens.
///
/// @param host the address of the main listener and of plain SCEP
/// @param httpsPort the main listener: everything, by TLS; 0 takes a free port
/// @param tlsCertificate PEM, the server's certificate first
/// @param tlsKey PEM, its private key
/// @param plainScepPort plain HTTP for SCEP and certificate status; absent means off
/// @param mtlsScepPort TLS that asks for client certificates, for SCEP; absent means off
/// @param managementHost the address of the management listener
/// @param managementPort plain HTTP for health and metrics
/// @param shutdownTimeout how long requests under way may take to end
public record ListenerSettings(
    String host,
    int httpsPort,
    Path tlsCertificate,
    Path tlsKey,
    OptionalInt plainScepPort,
    OptionalInt mtlsScepPort,
    String managementHost,
    int managementPort,
    Duration shutdownTimeout) {

  /// The longest request line and header section: GET with an RSA-4096 chain needs more than usual.
  public static final int MAX_REQUEST_HEADER_BYTES = 72 * 1024;
}
