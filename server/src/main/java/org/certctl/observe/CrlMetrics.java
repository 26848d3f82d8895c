package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlKey;
import org.certctl.status.CrlRenewal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows each issuer's newest CRLs in metrics, and says in the log when there is a new one.
public final class CrlMetrics implements CrlRenewal.Observer {

  private static final Logger log = LoggerFactory.getLogger(CrlMetrics.class);

  private final MeterRegistry registry;
  private final Map<CrlKey, CrlEdition> newest = new ConcurrentHashMap<>();

  /// @param registry where the metrics are kept
  public CrlMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void published(CrlEdition edition) {
    log.atInfo()
        .addKeyValue("issuer", edition.issuerId())
        .addKeyValue("crl", edition.key().name())
        .addKeyValue("number", edition.number())
        .addKeyValue("entries", edition.entries())
        .addKeyValue("size_bytes", edition.sizeBytes())
        .addKeyValue("next_update", edition.nextUpdate())
        .log("CRL published");
  }

  @Override
  public void newest(CrlEdition edition) {
    if (newest.put(edition.key(), edition) == null) {
      register(edition.key());
    }
  }

  @Override
  public void dropped(CrlKey key) {
    newest.remove(key);
  }

  private void register(CrlKey key) {
    gauge(
        "certctl.crl.next.update.timestamp.seconds",
        "By when the newest CRL must be replaced, in seconds since 1970",
        key,
        edition -> edition.nextUpdate().getEpochSecond());
    gauge("certctl.crl.number", "The number of the newest CRL", key, CrlEdition::number);
    gauge(
        "certctl.crl.entries",
        "How many certificates the newest CRL lists",
        key,
        CrlEdition::entries);
  }

  private void gauge(
      String name, String description, CrlKey key, ToDoubleFunction<CrlEdition> value) {
    Gauge.builder(
            name,
            newest,
            all -> Optional.ofNullable(all.get(key)).map(value::applyAsDouble).orElse(Double.NaN))
        .description(description)
        .tag("issuer", key.issuerId())
        .tag("crl", key.name())
        .register(registry);
  }
}
