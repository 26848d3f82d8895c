package org.certctl.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches how long the server's own certificates last, and says so in metrics and log: an expired
/// RA certificate is the classic outage of this field. Safe to use from many threads.
public final class CertificateExpiries {

  private static final Logger log = LoggerFactory.getLogger(CertificateExpiries.class);
  private static final Duration URGENT = Duration.ofDays(7);
  private static final Duration REMINDER = Duration.ofDays(1);
  private static final Duration REMINDER_WHEN_EXPIRED = Duration.ofHours(1);

  /// A certificate to watch.
  ///
  /// @param kind `ca`, `ra`, `ocsp`, `tls` and so on (docs/expiry-notices.md)
  /// @param name tells it from others of its kind
  /// @param notAfter when it ends
  /// @param warnBefore how long before its end somebody has to know
  public record Watched(String kind, String name, Instant notAfter, Duration warnBefore) {}

  /// How near the end of a certificate is.
  enum Urgency {
    NONE,
    SOON,
    URGENT,
    EXPIRED
  }

  private record Said(Urgency urgency, Instant at) {}

  private final Clock clock;
  private final MultiGauge gauge;
  private final Map<Watched, Said> said = new HashMap<>();
  private List<Watched> watched = List.of();

  /// @param registry where the gauges go
  /// @param clock the server's clock
  public CertificateExpiries(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    this.gauge =
        MultiGauge.builder("certctl.certificate.expiry")
            .description("Time until a certificate of the server itself ends; negative when it has")
            .baseUnit("seconds")
            .register(registry);
  }

  /// Watches these from now on, and no others.
  public synchronized void watch(List<Watched> certificates) {
    watched = List.copyOf(certificates);
    said.keySet().retainAll(watched);
    gauge.register(watched.stream().map(this::row).toList(), true);
  }

  private MultiGauge.Row<?> row(Watched certificate) {
    return MultiGauge.Row.of(
        Tags.of("kind", certificate.kind(), "name", certificate.name()),
        () -> Duration.between(clock.instant(), certificate.notAfter()).toSeconds());
  }

  /// Writes a line for each certificate that ends soon or has ended: once a day, more often when it
  /// has ended, and at once when it becomes more urgent.
  public synchronized void remind() {
    Instant now = clock.instant();
    for (Watched certificate : watched) {
      Urgency urgency = urgency(certificate, now);
      if (urgency != Urgency.NONE && isWorthSaying(said.get(certificate), urgency, now)) {
        said.put(certificate, new Said(urgency, now));
        say(certificate, urgency);
      }
    }
  }

  static Urgency urgency(Watched certificate, Instant now) {
    Instant end = certificate.notAfter();
    if (now.isAfter(end)) {
      return Urgency.EXPIRED;
    }
    Duration left = Duration.between(now, end);
    if (left.compareTo(certificate.warnBefore()) > 0) {
      return Urgency.NONE;
    }
    return left.compareTo(URGENT) > 0 ? Urgency.SOON : Urgency.URGENT;
  }

  private static boolean isWorthSaying(
      @org.jspecify.annotations.Nullable Said before, Urgency urgency, Instant now) {
    if (before == null || before.urgency() != urgency) {
      return true;
    }
    Duration pause = urgency == Urgency.EXPIRED ? REMINDER_WHEN_EXPIRED : REMINDER;
    return !now.isBefore(before.at().plus(pause));
  }

  private static void say(Watched certificate, Urgency urgency) {
    String what =
        certificate.kind().endsWith("crl")
            ? "a CRL that this server serves"
            : "a certificate of this server";
    (urgency == Urgency.SOON ? log.atWarn() : log.atError())
        .addKeyValue("kind", certificate.kind())
        .addKeyValue("name", certificate.name())
        .addKeyValue("not_after", certificate.notAfter())
        .log(what + (urgency == Urgency.EXPIRED ? " has expired" : " expires soon"));
  }
}
