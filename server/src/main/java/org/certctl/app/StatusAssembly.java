package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.config.Configuration;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.front.status.CrlResource;
import org.certctl.front.status.StatusServlet;
import org.certctl.http.RequestIds;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.Issuer;
import org.certctl.issuer.IssuerChain;
import org.certctl.observe.CrlMetrics;
import org.certctl.pki.IssuedCertificate;
import org.certctl.status.CrlIssuance;
import org.certctl.status.CrlRenewal;
import org.certctl.store.sqlite.SqliteStore;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that tells others about the status of certificates.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class StatusAssembly {

  /// How soon a revocation by another process is seen.
  private static final Duration CRL_CHECK_PERIOD = Duration.ofSeconds(1);

  @Bean
  CrlRenewal crlRenewal(
      Configuration configuration,
      SqliteStore store,
      CurrentEndpoints endpoints,
      MeterRegistry registry,
      Clock clock) {
    return new CrlRenewal(
        store.crls(),
        new CrlIssuance(store.crls(), configuration.status().crl(), clock),
        configuration.status().crl(),
        () -> crlSigners(endpoints),
        clock,
        new CrlMetrics(registry));
  }

  private static List<CrlSigner> crlSigners(CurrentEndpoints endpoints) {
    return endpoints.issuers().stream()
        .filter(CrlSigner.class::isInstance)
        .map(CrlSigner.class::cast)
        .filter(CrlSigner::maySignCrls)
        .toList();
  }

  /// On a thread of its own: a long CRL must not keep the audit trail from being sealed.
  @Bean
  BackgroundWork statusWork(CrlRenewal renewal, ServerLife started) {
    BackgroundWork work = new BackgroundWork();
    work.every(CRL_CHECK_PERIOD, "publish CRLs", renewal::run);
    return work;
  }

  @Bean
  ServletRegistrationBean<StatusServlet> statusServlet(
      SqliteStore store, CurrentEndpoints endpoints, Clock clock, SecureRandom random) {
    StatusServlet servlet =
        new StatusServlet(
            new CrlResource(store.crls(), clock),
            issuerId -> certificateOf(endpoints, issuerId),
            new RequestIds(random)::next);
    return new ServletRegistrationBean<>(servlet, StatusServlet.URL_PATTERN);
  }

  private static Optional<IssuedCertificate> certificateOf(
      CurrentEndpoints endpoints, String issuerId) {
    return endpoints.issuers().stream()
        .filter(issuer -> issuer.id().equals(issuerId))
        .flatMap(StatusAssembly::chainOf)
        .findFirst();
  }

  private static java.util.stream.Stream<IssuedCertificate> chainOf(Issuer issuer) {
    return issuer instanceof IssuerChain known
        ? known.chain().stream()
        : java.util.stream.Stream.empty();
  }
}
