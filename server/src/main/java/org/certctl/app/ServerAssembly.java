package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.certctl.audit.AuditSealing;
import org.certctl.audit.BlockSealer;
import org.certctl.challenge.FailureLimiter;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.enroll.InFlight;
import org.certctl.enroll.IntentRecovery;
import org.certctl.front.scep.PkiOperation;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.front.scep.ScepServlet;
import org.certctl.http.ListenerPorts;
import org.certctl.http.ListenerSettings;
import org.certctl.http.Listeners;
import org.certctl.http.RequestIds;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.EnrollmentMetrics;
import org.certctl.observe.StoreMetrics;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteStore;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/// The composition root: every part of the server and what it is made of.
///
/// `Configuration`, `Clock`, `SecureRandom` and `CryptoProviders` come from `Main`.
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration
      .class,
  org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration.class,
  org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration.class,
  org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration
      .class,
  org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration.class,
  org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration.class,
  org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration.class,
  org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration
      .class,
  org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration.class,
  org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus
      .PrometheusMetricsExportAutoConfiguration.class,
  org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration.class,
  org.springframework.boot.micrometer.metrics.autoconfigure.system.SystemMetricsAutoConfiguration
      .class,
  org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration
      .class,
  org.springframework.boot.health.autoconfigure.application
      .AvailabilityHealthContributorAutoConfiguration.class,
  org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration
      .class,
  org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration
      .class,
  org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration.class,
  org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration
      .class,
  org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration.class,
  org.springframework.boot.servlet.autoconfigure.actuate.web
      .ServletManagementContextAutoConfiguration.class,
  org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration
      .class,
  org.springframework.boot.webmvc.autoconfigure.actuate.endpoint.web
      .WebMvcHealthEndpointExtensionAutoConfiguration.class,
})
class ServerAssembly {

  private static final Duration SEALING_PERIOD = Duration.ofMillis(500);
  private static final Duration RECOVERY_PERIOD = Duration.ofMinutes(1);
  private static final Duration CLAIM_CLEANING_PERIOD = Duration.ofHours(1);
  private static final Duration PATIENCE_FOR_TWIN = Duration.ofSeconds(20);
  private static final int UNREADABLE_ENVELOPES_PER_MINUTE = 600;

  @Bean
  ListenerSettings listenerSettings(Configuration configuration) {
    return new ListenerSettings(
        configuration.server().host(),
        configuration.server().port(),
        configuration.tls().certPath(),
        configuration.tls().keyPath(),
        configuration.scep().enabled() ? configuration.scep().httpPort() : OptionalInt.empty(),
        configuration.management().host(),
        configuration.management().port(),
        configuration.server().shutdownTimeout());
  }

  @Bean
  Listeners listeners(ListenerSettings settings) {
    return new Listeners(settings);
  }

  @Bean
  FilterRegistrationBean<ListenerPorts> listenerPorts(ListenerSettings settings) {
    FilterRegistrationBean<ListenerPorts> registration =
        new FilterRegistrationBean<>(new ListenerPorts(settings));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  ScepCrypto scepCrypto(CryptoProviders providers) {
    return new ScepCrypto(providers.inOrder());
  }

  @Bean
  StoreMetrics storeMetrics(MeterRegistry registry) {
    return new StoreMetrics(registry);
  }

  @Bean
  EnrollmentMetrics enrollmentMetrics(MeterRegistry registry) {
    return new EnrollmentMetrics(registry);
  }

  @Bean
  CrashPoint crashPoint() {
    return CrashPoint.chosen();
  }

  @Bean
  SqliteStore store(
      Configuration configuration, Clock clock, StoreMetrics metrics, CrashPoint crashPoint)
      throws StoreOpenException {
    CommitHook hook = crashPoint.isChosen() ? crashPoint : CommitHook.none();
    return switch (configuration.database()) {
      case DatabaseSettings.Sqlite sqlite -> SqliteStore.open(sqlite.file(), clock, metrics, hook);
    };
  }

  @Bean
  AuditSealing auditSealing(
      Configuration configuration, CryptoProviders providers, SqliteStore store, Clock clock)
      throws KeyMaterialException {
    SigningKey key = SigningKey.read(configuration.audit().keyPath(), providers);
    return new AuditSealing(
        new BlockSealer(store.auditStore(), key, key.publicKeyInfo(), clock), new SealingLog());
  }

  @Bean
  EnrollmentCycle enrollmentCycle(
      Configuration configuration,
      SqliteStore store,
      EnrollmentMetrics metrics,
      CrashPoint crashPoint,
      Clock clock,
      SecureRandom random)
      throws IOException {
    List<EnrollmentObserver> observers = new ArrayList<>(List.of(metrics));
    if (crashPoint.isChosen()) {
      observers.add(crashPoint);
    }
    return new EnrollmentCycle(
        store.enrollments(),
        store.auditLog(),
        new ChallengeMac(
            InstallationSecret.readOrCreate(
                configuration.dataDirectory().resolve("challenge-mac.key"), random)),
        new InFlight(PATIENCE_FOR_TWIN),
        clock,
        random,
        new EnrollmentObservers(observers));
  }

  @Bean
  ScepEndpoints scepEndpoints(
      Configuration configuration,
      CryptoProviders providers,
      SecureRandom random,
      MeterRegistry registry,
      Clock clock)
      throws KeyMaterialException {
    return ScepEndpoints.of(
        configuration, providers, random, new CertificateExpiries(registry, clock));
  }

  @Bean
  IntentRecovery intentRecovery(
      SqliteStore store, EnrollmentCycle cycle, ScepEndpoints endpoints, Clock clock) {
    return new IntentRecovery(
        store.enrollments(),
        cycle,
        endpoints.all().stream().map(ScepEndpoint::enrollment).toList(),
        clock);
  }

  @Bean
  ServerLife serverLife(
      IntentRecovery recovery, SqliteStore store, AuditSealing sealing, Clock clock) {
    BackgroundWork background = new BackgroundWork();
    background.every(SEALING_PERIOD, "seal the audit trail", sealing::sealPending);
    background.every(RECOVERY_PERIOD, "resolve open intents", recovery::run);
    background.every(CLAIM_CLEANING_PERIOD, "forget claims", store::forgetExpiredClaims);
    return new ServerLife(recovery, store.auditLog(), sealing, background, clock);
  }

  @Bean
  ServletRegistrationBean<ScepServlet> scepServlet(
      Configuration configuration,
      ScepEndpoints endpoints,
      ScepCrypto crypto,
      EnrollmentCycle cycle,
      SqliteStore store,
      EnrollmentMetrics metrics,
      ServerLife started,
      Clock clock,
      SecureRandom random) {
    int maxBodyBytes = configuration.server().maxBodySizeBytes();
    PkiOperation operation =
        new PkiOperation(
            new RequestDecoder(crypto, limits(maxBodyBytes)),
            new CertRepEncoder(crypto, random),
            cycle,
            store.auditLog(),
            new FailureLimiter(UNREADABLE_ENVELOPES_PER_MINUTE, System::nanoTime),
            metrics,
            clock);
    ScepServlet servlet =
        new ScepServlet(
            endpoints.all(),
            configuration.scep().ndesProfile(),
            operation,
            maxBodyBytes,
            new RequestIds(random)::next,
            metrics);
    ServletRegistrationBean<ScepServlet> registration =
        new ServletRegistrationBean<>(servlet, ScepServlet.URL_PATTERNS.toArray(String[]::new));
    registration.setEnabled(configuration.scep().enabled());
    registration.setLoadOnStartup(1);
    return registration;
  }

  private static Limits limits(int maxMessageBytes) {
    Limits defaults = Limits.defaults();
    return new Limits(
        maxMessageBytes,
        defaults.maxDepth(),
        defaults.maxElements(),
        defaults.maxCertificates(),
        defaults.maxAttributes(),
        defaults.maxRecipients());
  }

  @Bean
  HealthIndicator storeHealthIndicator(StoreMetrics metrics) {
    return () -> (metrics.isWorking() ? Health.up() : Health.outOfService()).build();
  }
}
