package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Tells Prometheus how long the server's own certificates last: an expired RA certificate is the
/// classic outage of this field.
public final class CertificateExpiries {

  private final MeterRegistry registry;
  private final Clock clock;

  /// @param registry where the gauges go
  /// @param clock the server's clock
  public CertificateExpiries(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /// Watches a certificate.
  ///
  /// @param kind `ca`, `ra` or `tls`
  /// @param name tells it from others of its kind
  public void watch(String kind, String name, Instant notAfter) {
    Gauge.builder("certctl.certificate.expiry", () -> secondsLeft(notAfter))
        .description("Time until a certificate of the server itself ends; negative when it has")
        .baseUnit("seconds")
        .tag("kind", kind)
        .tag("name", name)
        .strongReference(true)
        .register(registry);
  }

  private double secondsLeft(Instant notAfter) {
    return Duration.between(clock.instant(), notAfter).toSeconds();
  }
}
