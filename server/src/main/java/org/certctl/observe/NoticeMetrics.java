package org.certctl.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.expiry.ExpiryObserver;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeDelivery;
import org.certctl.notice.NoticeKind;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.OutboxEntry.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows in metrics and log what is told, what becomes of it, and how many issued certificates end
/// soon.
public final class NoticeMetrics implements NoticeDelivery.Observer, ExpiryObserver {

  private static final Logger log = LoggerFactory.getLogger(NoticeMetrics.class);
  private static final String NOTIFIER = "notifier";

  private final MeterRegistry registry;
  private final List<String> endpoints;
  private final List<Duration> thresholds;
  private final MultiGauge expiring;
  private final AtomicReference<Map<State, Long>> counts = new AtomicReference<>(Map.of());

  /// Registers the meters.
  ///
  /// @param registry where they go
  /// @param endpoints the endpoints, which are shown with 0 too
  /// @param thresholds within which issued certificates are counted
  /// @param notifiers the notifiers there are
  public NoticeMetrics(
      MeterRegistry registry,
      List<String> endpoints,
      List<Duration> thresholds,
      List<String> notifiers) {
    this.registry = registry;
    this.endpoints = List.copyOf(endpoints);
    this.thresholds = List.copyOf(thresholds);
    this.expiring =
        MultiGauge.builder("certctl.issued.expiring")
            .description("Issued certificates in use that end within this time")
            .register(registry);
    for (State state : List.of(State.QUEUED, State.DEAD)) {
      Gauge.builder("certctl.notices", () -> counts.get().getOrDefault(state, 0L).doubleValue())
          .description("Notices that wait for delivery, and those that were given up")
          .tag("state", state.wireValue())
          .strongReference(true)
          .register(registry);
    }
    for (String notifier : notifiers) {
      delivered(notifier);
      failed(notifier);
    }
    for (NoticeKind kind : List.of(NoticeKind.SERVER_CERTIFICATE, NoticeKind.ISSUED_CERTIFICATES)) {
      made(kind);
    }
  }

  private Counter made(NoticeKind kind) {
    return Counter.builder("certctl.expiry.notices")
        .description("Notices of certificates that end soon")
        .tag("type", kind.wireValue())
        .register(registry);
  }

  private Counter delivered(String notifier) {
    return Counter.builder("certctl.notices.delivered")
        .description("Notices that were taken by the other side")
        .tag(NOTIFIER, notifier)
        .register(registry);
  }

  private Counter failed(String notifier) {
    return Counter.builder("certctl.notices.failed")
        .description("Attempts to deliver a notice that failed")
        .tag(NOTIFIER, notifier)
        .register(registry);
  }

  /// Shows these numbers from now on.
  public void show(Map<State, Long> numbers) {
    counts.set(Map.copyOf(numbers));
  }

  @Override
  public void told(Notice notice) {
    made(notice.kind()).increment();
    log.atWarn()
        .addKeyValue("notice", notice.id())
        .addKeyValue("type", notice.kind().wireValue())
        .log(notice.summary());
  }

  @Override
  public void counted(Map<String, Map<Duration, Long>> found) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    List<String> all = new ArrayList<>(endpoints);
    found.keySet().stream().filter(each -> !endpoints.contains(each)).forEach(all::add);
    for (String endpoint : all) {
      for (Duration threshold : thresholds) {
        long count = found.getOrDefault(endpoint, Map.of()).getOrDefault(threshold, 0L);
        rows.add(
            MultiGauge.Row.of(
                Tags.of("profile", endpoint, "within", Notice.text(threshold)), count));
      }
    }
    expiring.register(rows, true);
  }

  @Override
  public void delivered(OutboxEntry entry) {
    delivered(entry.target().notifier()).increment();
    log.atInfo()
        .addKeyValue("notice", entry.notice().id())
        .addKeyValue("to", entry.target().text())
        .addKeyValue("attempts", entry.attempts())
        .log("notice delivered");
  }

  @Override
  public void failed(OutboxEntry entry, String reason, Instant nextAttemptAt) {
    failed(entry.target().notifier()).increment();
    log.atWarn()
        .addKeyValue("notice", entry.notice().id())
        .addKeyValue("to", entry.target().text())
        .addKeyValue("attempts", entry.attempts())
        .addKeyValue("reason", reason)
        .addKeyValue("next_attempt", nextAttemptAt)
        .log("notice not delivered yet");
  }

  @Override
  public void gaveUp(OutboxEntry entry, String reason) {
    failed(entry.target().notifier()).increment();
    log.atError()
        .addKeyValue("notice", entry.notice().id())
        .addKeyValue("to", entry.target().text())
        .addKeyValue("attempts", entry.attempts())
        .addKeyValue("reason", reason)
        .log("notice given up; see: certctl notices list --dead");
  }
}
