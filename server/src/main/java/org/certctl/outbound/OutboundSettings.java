package org.certctl.outbound;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// How long a call may take, how much may come back, by which way, and who is trusted.
///
/// @param connectTimeout how long it may take until there is a connection
/// @param totalTimeout how long a call may take as a whole, its answer included
/// @param maxResponseBytes the largest body that is taken
/// @param proxy the HTTP proxy; absent means none
/// @param trust which TLS servers are believed
public record OutboundSettings(
    Duration connectTimeout,
    Duration totalTimeout,
    int maxResponseBytes,
    Optional<InetSocketAddress> proxy,
    ServerTrust trust) {

  private static final int MEBIBYTE = 1 << 20;

  /// Refuses bounds that are not positive.
  public OutboundSettings {
    if (!connectTimeout.isPositive() || !totalTimeout.isPositive() || maxResponseBytes < 1) {
      throw new IllegalArgumentException("timeouts and sizes are positive");
    }
  }

  /// 10 seconds to connect, 30 in all, 1 MiB, no proxy, the authorities known to this machine.
  public static OutboundSettings defaults() {
    return new OutboundSettings(
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        MEBIBYTE,
        Optional.empty(),
        new ServerTrust.PublicAuthorities());
  }

  /// The same with another trust.
  public OutboundSettings withTrust(ServerTrust other) {
    return new OutboundSettings(connectTimeout, totalTimeout, maxResponseBytes, proxy, other);
  }

  /// The same with another bound on a call as a whole.
  public OutboundSettings withTotalTimeout(Duration other) {
    Duration connect = connectTimeout.compareTo(other) < 0 ? connectTimeout : other;
    return new OutboundSettings(connect, other, maxResponseBytes, proxy, trust);
  }

  /// The same by way of a proxy.
  public OutboundSettings withProxy(InetSocketAddress other) {
    return new OutboundSettings(
        connectTimeout, totalTimeout, maxResponseBytes, Optional.of(other), trust);
  }
}
