package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.certctl.audit.AuditLog;
import org.certctl.config.Configuration;
import org.certctl.config.OcspSettings;
import org.certctl.front.status.OcspServlet;
import org.certctl.front.status.RequestLimiter;
import org.certctl.http.RequestIds;
import org.certctl.issuer.local.KeyObserver;
import org.certctl.issuer.local.LocalCas;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.OcspMetrics;
import org.certctl.status.OcspResponder;
import org.certctl.status.OcspRules;
import org.certctl.store.Store;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that answers OCSP.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class OcspAssembly {

  private static final Duration CHECK_PERIOD = Duration.ofSeconds(2);
  private static final Duration AHEAD_PERIOD = Duration.ofSeconds(10);

  @Bean
  OcspKeys ocspKeys(Configuration configuration, CryptoProviders providers)
      throws KeyMaterialException {
    OcspSettings settings = configuration.status().ocsp();
    return OcspKeys.of(settings.suppliedKey().filter(_ -> settings.enabled()), providers);
  }

  @Bean
  OcspKeeper ocspKeeper(
      Configuration configuration,
      CryptoProviders providers,
      OcspKeys keys,
      EndpointKeeping keeping,
      Store store,
      MeterRegistry registry,
      SecureRandom random,
      CrashPoint crashPoint,
      Clock clock) {
    OcspSettings settings = configuration.status().ocsp();
    return new OcspKeeper(
        new OcspResponders(
            keys.place(
                new OwnKeys(configuration, store, providers, random, clock).ofOcspResponders()),
            settings.responder(),
            keys.orMade(settings.keyType(), random),
            clock,
            random,
            crashPoint.around("ocsp", AuditLog.class, store.auditLog()),
            crashPoint.around("ocsp", KeyObserver.class, KeyLog.ofOcspResponders())),
        () ->
            settings.enabled() ? keeping.cas().stream().flatMap(LocalCas::all).toList() : List.of(),
        settings.responder().renewBefore().dividedBy(2),
        new CertificateExpiries(registry, clock));
  }

  @Bean
  BackgroundWork ocspWork(OcspKeeper keeper, OcspResponder responder, ServerLife started) {
    try {
      keeper.check();
    } catch (IOException e) {
      LoggerFactory.getLogger(OcspAssembly.class)
          .atError()
          .addKeyValue("reason", String.valueOf(e.getMessage()))
          .log("OCSP cannot be answered yet");
    }
    BackgroundWork work = new BackgroundWork();
    work.every(CHECK_PERIOD, "keep OCSP certificates up to date", keeper::check);
    work.every(AHEAD_PERIOD, "sign OCSP answers ahead", responder::signAhead);
    return work;
  }

  @Bean
  OcspMetrics ocspMetrics(MeterRegistry registry) {
    return new OcspMetrics(registry);
  }

  @Bean
  OcspResponder ocspResponder(
      Configuration configuration,
      OcspKeeper keeper,
      Store store,
      OcspMetrics metrics,
      Clock clock) {
    return new OcspResponder(
        store.certificates(),
        store.crls()::changes,
        OcspRules.of(
            configuration.status().ocsp().validity(), Runtime.getRuntime().availableProcessors()),
        keeper::signer,
        clock,
        metrics);
  }

  @Bean
  ServletRegistrationBean<OcspServlet> ocspServlet(
      Configuration configuration,
      OcspKeeper keeper,
      OcspResponder responder,
      OcspMetrics metrics,
      SecureRandom random,
      Clock clock) {
    OcspSettings settings = configuration.status().ocsp();
    ServletRegistrationBean<OcspServlet> registration =
        new ServletRegistrationBean<>(
            new OcspServlet(
                responder,
                keeper::serves,
                new RequestLimiter(settings.requestsPerMinute(), System::nanoTime),
                metrics,
                clock,
                new RequestIds(random)::next),
            OcspServlet.URL_PATTERN);
    registration.setEnabled(settings.enabled());
    return registration;
  }
}
