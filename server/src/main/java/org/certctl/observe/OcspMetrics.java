package org.certctl.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.certctl.status.OcspOutcome;
import org.certctl.status.OcspResponder;

/// Counts OCSP requests and answers.
public final class OcspMetrics implements OcspResponder.Observer {

  private static final String ISSUER = "issuer";

  private final MeterRegistry registry;

  /// @param registry where the metrics are kept
  public OcspMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void answered(String issuerId, OcspOutcome outcome) {
    Counter.builder("certctl.ocsp.requests")
        .description("OCSP requests by what came of them")
        .tag(ISSUER, issuerId)
        .tag("result", outcome.code())
        .register(registry)
        .increment();
  }

  @Override
  public void given(String issuerId, boolean again) {
    Counter.builder("certctl.ocsp.answers")
        .description("Signed OCSP answers by whether they were signed for this request")
        .tag(ISSUER, issuerId)
        .tag("source", again ? "cache" : "signed")
        .register(registry)
        .increment();
  }
}
