package org.certctl.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.certctl.audit.AuditCounts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeRefusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Prometheus how enrollments with connector challenges ended, and how long the trust anchors
/// last.
///
/// The counts are those of the audit trail: they survive restarts, and `success` is counted only
/// once the certificate is on disk. Read at most once a second, when somebody asks.
public final class ConnectorMetrics {

  private static final Logger log = LoggerFactory.getLogger(ConnectorMetrics.class);
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final String SUCCESS = "success";

  /// What a profile's counter can say besides `success`.
  private static final List<ChallengeRefusal> REASONS =
      Stream.of(ChallengeRefusal.values())
          .filter(refusal -> refusal.name().startsWith("TOKEN_"))
          .toList();

  /// A trust anchor to be watched; the serial number tells it from its successor.
  public record Anchor(String profile, String subject, String serial, Instant notAfter) {}

  private record Key(String profile, String status) {}

  private final MeterRegistry registry;
  private final AuditCounts counts;
  private final Clock clock;
  private final MultiGauge anchors;
  private Map<Key, Long> latest = Map.of();
  private Instant readAt = Instant.MIN;

  /// @param registry where the meters go
  /// @param counts the audit trail's
  /// @param clock the server's clock
  public ConnectorMetrics(MeterRegistry registry, AuditCounts counts, Clock clock) {
    this.registry = registry;
    this.counts = counts;
    this.clock = clock;
    this.anchors =
        MultiGauge.builder("certctl.connector.anchor.expiry")
            .description("Time until a connector's certificate ends; negative when it has")
            .baseUnit("seconds")
            .register(registry);
  }

  /// Shows the counters of a profile.
  public void watch(String profile) {
    register(profile, SUCCESS);
    REASONS.forEach(reason -> register(profile, reason.code()));
  }

  private void register(String profile, String status) {
    Key key = new Key(profile, status);
    FunctionCounter.builder("certctl.scep.intune", this, metrics -> metrics.count(key))
        .description("How enrollments with connector challenges ended")
        .tag("profile", profile)
        .tag("status", status)
        .register(registry);
  }

  /// Shows these anchors and no others.
  public void watch(List<Anchor> all) {
    anchors.register(
        all.stream()
            .<MultiGauge.Row<?>>map(
                anchor ->
                    MultiGauge.Row.of(
                        Tags.of(
                            "profile",
                            anchor.profile(),
                            "serial",
                            anchor.serial(),
                            "subject",
                            anchor.subject()),
                        () -> Duration.between(clock.instant(), anchor.notAfter()).toSeconds()))
            .toList(),
        true);
  }

  private synchronized double count(Key key) {
    Instant now = clock.instant();
    if (readAt.isBefore(now.minus(FRESH)) || readAt.isAfter(now)) {
      try {
        latest = read();
        readAt = now;
      } catch (StoreUnavailableException e) {
        log.warn("counts are not up to date: the store does not answer", e);
      }
    }
    return latest.getOrDefault(key, 0L).doubleValue();
  }

  private Map<Key, Long> read() throws StoreUnavailableException {
    Map<Key, Long> read = new HashMap<>();
    for (AuditCounts.Count count : counts.connectorEnrollments()) {
      String status = count.outcome().equals("issued") ? SUCCESS : count.reason();
      read.merge(new Key(count.endpoint(), status), count.events(), Long::sum);
    }
    return read;
  }
}
