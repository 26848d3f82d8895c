package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlRenewal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows each issuer's newest CRL in metrics, and says in the log when there is a new one.
public final class CrlMetrics implements CrlRenewal.Observer {

  private static final Logger log = LoggerFactory.getLogger(CrlMetrics.class);

  private final MeterRegistry registry;
  private final Map<String, CrlEdition> newest = new ConcurrentHashMap<>();

  /// @param registry where the metrics are kept
  public CrlMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void published(CrlEdition edition) {
    log.atInfo()
        .addKeyValue("issuer", edition.issuerId())
        .addKeyValue("number", edition.number())
        .addKeyValue("entries", edition.entries())
        .addKeyValue("size_bytes", edition.sizeBytes())
        .addKeyValue("next_update", edition.nextUpdate())
        .log("CRL published");
  }

  @Override
  public void newest(CrlEdition edition) {
    if (newest.put(edition.issuerId(), edition) == null) {
      register(edition.issuerId());
    }
  }

  private void register(String issuerId) {
    gauge(
        "certctl.crl.next.update.timestamp.seconds",
        "By when the newest CRL must be replaced, in seconds since 1970",
        issuerId,
        edition -> edition.nextUpdate().getEpochSecond());
    gauge("certctl.crl.number", "The number of the newest CRL", issuerId, CrlEdition::number);
    gauge(
        "certctl.crl.entries",
        "How many certificates the newest CRL lists",
        issuerId,
        CrlEdition::entries);
  }

  private void gauge(
      String name, String description, String issuerId, ToDoubleFunction<CrlEdition> value) {
    Gauge.builder(
            name,
            newest,
            all ->
                Optional.ofNullable(all.get(issuerId)).map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .tag("issuer", issuerId)
        .register(registry);
  }
}
