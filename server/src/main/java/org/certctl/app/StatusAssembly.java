package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.SharedWork;
import org.certctl.config.Configuration;
import org.certctl.front.status.CrlResource;
import org.certctl.front.status.StatusIssuer;
import org.certctl.front.status.StatusServlet;
import org.certctl.http.RequestIds;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.LocalCas;
import org.certctl.observe.CrlMetrics;
import org.certctl.status.CrlIssuance;
import org.certctl.status.CrlRenewal;
import org.certctl.status.CrlStore;
import org.certctl.store.Store;
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
      Store store,
      EndpointKeeping keeping,
      MeterRegistry registry,
      CrashPoint crashPoint,
      Clock clock) {
    CrlStore crls = crashPoint.around("crl", CrlStore.class, store.crls());
    return new CrlRenewal(
        crls,
        new CrlIssuance(crls, configuration.status().crl(), clock),
        configuration.status().crl(),
        () -> crlSigners(keeping),
        clock,
        new CrlMetrics(registry));
  }

  static List<CrlSigner> crlSigners(EndpointKeeping keeping) {
    return issuers(keeping).filter(CrlSigner::maySignCrls).toList();
  }

  /// Those of this server, whether or not SCEP is served: what they issued is out there.
  private static Stream<CrlSigner> issuers(EndpointKeeping keeping) {
    return keeping.cas().stream().flatMap(LocalCas::all).map(LocalCa::issuer);
  }

  /// On a thread of its own: a long CRL must not keep the audit trail from being sealed.
  @Bean
  BackgroundWork statusWork(CrlRenewal renewal, Leadership leadership, ServerLife started) {
    BackgroundWork work = new BackgroundWork();
    work.every(
        CRL_CHECK_PERIOD,
        "publish CRLs",
        () -> leadership.lead(SharedWork.CRL, renewal::run, renewal::look));
    return work;
  }

  @Bean
  UpperCrls upperCrls(Configuration configuration) {
    return new UpperCrls(configuration.dataDirectory());
  }

  @Bean
  ServletRegistrationBean<StatusServlet> statusServlet(
      Store store, EndpointKeeping keeping, UpperCrls uppers, Clock clock, SecureRandom random) {
    StatusServlet servlet =
        new StatusServlet(
            new CrlResource(store.crls(), clock),
            issuerId -> find(keeping, uppers, issuerId),
            new RequestIds(random)::next);
    return new ServletRegistrationBean<>(servlet, StatusServlet.URL_PATTERN);
  }

  private static Optional<StatusIssuer> find(
      EndpointKeeping keeping, UpperCrls uppers, String issuerId) {
    return issuers(keeping)
        .filter(issuer -> issuer.id().equals(issuerId))
        .map(issuer -> new StatusIssuer(issuer.crlIssuer(), issuer.maySignCrls()))
        .findFirst()
        .or(() -> keeping.cas().flatMap(cas -> uppers.find(cas, issuerId)));
  }
}
