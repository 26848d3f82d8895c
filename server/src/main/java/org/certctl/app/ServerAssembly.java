package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.certctl.audit.AuditSealing;
import org.certctl.audit.BlockSealer;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.onetime.OneTimeChallenge;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.NodeId;
import org.certctl.cluster.SharedWork;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.TestAuthoritySettings;
import org.certctl.enroll.Authorizer;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.enroll.InFlight;
import org.certctl.enroll.IntentRecovery;
import org.certctl.enroll.PendingWork;
import org.certctl.enroll.RenewalPolicy;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.http.ListenerPorts;
import org.certctl.http.ListenerSettings;
import org.certctl.http.Listeners;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.EnrollmentMetrics;
import org.certctl.observe.PendingMetrics;
import org.certctl.observe.RecoveryMetrics;
import org.certctl.observe.StoreMetrics;
import org.certctl.status.SupersededCertificates;
import org.certctl.store.CommitHook;
import org.certctl.store.Store;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresStore;
import org.certctl.store.sqlite.SqliteStore;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/// The composition root: every part of the server and what it is made of.
///
/// `Configuration`, `Clock`, `SecureRandom`, `CryptoProviders` and `HangUp` come from
/// `SpringServer`.
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
@Import({
  ClusterAssembly.class,
  ScepAssembly.class,
  StatusAssembly.class,
  OcspAssembly.class,
  NoticeAssembly.class,
  RetentionAssembly.class
})
class ServerAssembly {

  private static final Duration SEALING_PERIOD = Duration.ofMillis(500);
  private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);
  private static final Duration RECOVERY_PERIOD = Duration.ofMinutes(1);
  private static final Duration ADOPTION_PERIOD = Duration.ofSeconds(3);
  private static final Duration REMEMBERED_NODES = Duration.ofDays(1);
  private static final Duration UNKNOWN_ENDPOINTS = Duration.ofDays(1);
  private static final Duration TEST_DECISION_PERIOD = Duration.ofMillis(500);
  private static final Duration PENDING_PERIOD = Duration.ofSeconds(5);
  private static final Duration SUPERSEDED_PERIOD = Duration.ofMinutes(10);
  private static final Duration TOKEN_PERIOD = Duration.ofSeconds(2);
  private static final Duration KEEPING_PERIOD = Duration.ofSeconds(2);
  private static final Duration CLAIM_CLEANING_PERIOD = Duration.ofHours(1);
  private static final Duration PATIENCE_FOR_TWIN = Duration.ofSeconds(20);

  @Bean
  ListenerSettings listenerSettings(Configuration configuration) {
    return new ListenerSettings(
        configuration.server().host(),
        configuration.scep().httpPort(),
        configuration.scep().enabled() ? configuration.scep().mtlsPort() : OptionalInt.empty(),
        configuration.management().host(),
        configuration.management().port());
  }

  @Bean
  Listeners listeners(ListenerSettings settings, SslBundles bundles) {
    return new Listeners(settings, bundles);
  }

  @Bean
  FilterRegistrationBean<ListenerPorts> listenerPorts(ListenerSettings settings) {
    FilterRegistrationBean<ListenerPorts> registration =
        new FilterRegistrationBean<>(new ListenerPorts(settings));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
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
  Store store(
      Configuration configuration,
      NodeId node,
      Clock clock,
      StoreMetrics metrics,
      CrashPoint crashPoint)
      throws StoreOpenException {
    CommitHook hook = crashPoint.isChosen() ? crashPoint : CommitHook.none();
    return switch (configuration.database()) {
      case DatabaseSettings.Sqlite sqlite -> SqliteStore.open(sqlite.file(), clock, metrics, hook);
      case DatabaseSettings.Postgres postgres ->
          PostgresStore.open(postgres.config(), node, clock, metrics, hook, PostgresStore.PATIENCE);
    };
  }

  @Bean
  AuditSealing auditSealing(
      Configuration configuration,
      CryptoProviders providers,
      Store store,
      SecureRandom random,
      Clock clock)
      throws KeyMaterialException, StoreUnavailableException {
    SigningKey key = new OwnKeys(configuration, store, providers, random, clock).auditKey();
    return new AuditSealing(
        new BlockSealer(store.auditStore(), key, key.publicKeyInfo(), clock), new SealingLog());
  }

  @Bean
  ChallengeMac challengeMac(Configuration configuration, Store store, SecureRandom random)
      throws IOException, KeyMaterialException, StoreUnavailableException {
    return new ChallengeMac(OwnKeys.challengeMac(configuration, store, random));
  }

  @Bean
  EnrollmentCycle enrollmentCycle(
      ChallengeMac challengeMac,
      Store store,
      EnrollmentMetrics metrics,
      CrashPoint crashPoint,
      Clock clock,
      SecureRandom random) {
    List<EnrollmentObserver> observers = new ArrayList<>(List.of(metrics));
    if (crashPoint.isChosen()) {
      observers.add(crashPoint);
    }
    return new EnrollmentCycle(
        store.enrollments(),
        store.pending(),
        new Authorizer(new RenewalPolicy(store.certificates(), clock)),
        store.auditLog(),
        challengeMac,
        new InFlight(PATIENCE_FOR_TWIN),
        clock,
        random,
        new EnrollmentObservers(observers));
  }

  @Bean
  TlsReload tlsReload(
      Configuration configuration,
      CryptoProviders providers,
      SslBundles bundles,
      SslBundleRegistry registry,
      Clock clock)
      throws KeyMaterialException {
    return new TlsReload(
        configuration.tls(), configuration.encryption(), providers, bundles, registry, clock);
  }

  @Bean
  Reloader reloader(
      TlsReload tls,
      EndpointKeeping keeping,
      ConnectorTrust connectors,
      MtlsTrust mtls,
      OcspKeys ocsp,
      Store store,
      Clock clock) {
    return new Reloader(
        List.of(
            new Reloader.Source("tls", tls::reload),
            new Reloader.Source("ra", new RaReload(keeping)::reload),
            new Reloader.Source("ocsp", ocsp::reload),
            new Reloader.Source("connector", connectors::reload),
            new Reloader.Source("mtls", mtls::reload)),
        store.auditLog(),
        clock);
  }

  @Bean
  ServerControl serverControl(
      Configuration configuration,
      Reloader reloader,
      Node node,
      HangUp hangUp,
      ServerLife started) {
    return new ServerControl(
        configuration.dataDirectory(), actor -> node.reloadEverywhere(reloader, actor), hangUp);
  }

  @Bean
  EndpointKeeping endpointKeeping(
      Configuration configuration,
      CryptoProviders providers,
      ChallengeValidators validators,
      Store store,
      Node node,
      TlsReload tls,
      SecureRandom random,
      MeterRegistry registry,
      Clock clock)
      throws KeyMaterialException, IOException, StoreUnavailableException {
    return EndpointKeeping.start(
        configuration,
        providers,
        validators,
        store,
        tls::end,
        new CertificateExpiries(registry, clock),
        random,
        clock);
  }

  @Bean
  CurrentEndpoints currentEndpoints(EndpointKeeping keeping) {
    return keeping.endpoints();
  }

  @Bean
  IntentRecovery intentRecovery(
      Store store, EnrollmentCycle cycle, CurrentEndpoints endpoints, Clock clock) {
    Duration patience = store.cluster().isPresent() ? UNKNOWN_ENDPOINTS : Duration.ZERO;
    return new IntentRecovery(store.enrollments(), cycle, endpoints, patience, clock);
  }

  /// How long after a renewal the old certificate is revoked, by endpoint.
  private static Map<String, Duration> revocationDelays(Configuration configuration) {
    Map<String, Duration> delays = new HashMap<>();
    for (ScepProfileSettings profile : configuration.scep().profiles()) {
      profile
          .renewal()
          .revokePredecessorAfter()
          .ifPresent(delay -> delays.put(profile.name(), delay));
    }
    return delays;
  }

  @Bean
  PendingWork pendingWork(
      Store store, EnrollmentCycle cycle, CurrentEndpoints endpoints, Clock clock) {
    return new PendingWork(
        store.pending(), cycle, name -> endpoints.find(name).map(ScepEndpoint::enrollment), clock);
  }

  @Bean
  BackgroundWork pendingBackground(
      PendingWork work,
      Store store,
      Configuration configuration,
      Leadership leadership,
      MeterRegistry registry,
      Optional<TestAuthoritySettings> testAuthority,
      Clock clock,
      ServerLife started) {
    PendingMetrics metrics =
        new PendingMetrics(
            registry,
            configuration.scep().profiles().stream().map(ScepProfileSettings::name).toList());
    // A thread of its own: an issuer that is slow must not keep the audit trail from being sealed.
    BackgroundWork background = new BackgroundWork();
    background.every(
        PENDING_PERIOD,
        "issue what is approved",
        () -> leadership.lead(SharedWork.APPROVALS, work::run));
    background.every(
        PENDING_PERIOD, "count what is pending", () -> metrics.show(store.pending().waiting()));
    background.every(
        CLAIM_CLEANING_PERIOD,
        "forget decided requests",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, work::forget));
    testAuthority.ifPresent(
        settings -> {
          TestAuthorityDecisions decisions =
              new TestAuthorityDecisions(
                  store.pendingDecisions(), settings, new Random(~settings.seed()), clock);
          background.every(TEST_DECISION_PERIOD, "decide as a test authority", decisions::run);
        });
    return background;
  }

  @Bean
  ServerLife serverLife(
      Configuration configuration,
      IntentRecovery recovery,
      Store store,
      Node node,
      Leadership leadership,
      AuditSealing sealing,
      StoreMetrics metrics,
      MeterRegistry registry,
      Clock clock) {
    RecoveryMetrics recovered = new RecoveryMetrics(registry);
    BackgroundWork background = new BackgroundWork();
    Map<String, Duration> delays = revocationDelays(configuration);
    SupersededCertificates superseded =
        new SupersededCertificates(store.certificates(), store.revocations(), delays, clock);
    delays.values().stream()
        .min(Comparator.naturalOrder())
        .map(shortest -> Collections.min(List.of(shortest, SUPERSEDED_PERIOD)))
        .ifPresent(
            period ->
                background.every(
                    period,
                    "revoke what was renewed",
                    () -> leadership.lead(SharedWork.HOUSEKEEPING, superseded::revokeDue)));
    background.every(
        PROBE_PERIOD,
        "try a store that failed",
        new StoreProbe(metrics::isWorking, store.auditLog(), clock)::run);
    // Each on a thread of its own: what one of them waits for must not keep the other from its
    // turn.
    BackgroundWork sealer = new BackgroundWork();
    sealer.every(
        SEALING_PERIOD,
        "seal the audit trail",
        () -> leadership.lead(SharedWork.AUDIT, sealing::sealPending));
    background.every(
        ADOPTION_PERIOD,
        "take up what dead nodes left",
        () -> leadership.lead(SharedWork.RECOVERY, node::adoptIntents));
    background.every(
        store.cluster().isPresent() ? ADOPTION_PERIOD : RECOVERY_PERIOD,
        "resolve open intents",
        () -> recovered.show(recovery.run()));
    background.every(
        CLAIM_CLEANING_PERIOD,
        "forget claims",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, () -> forget(store, clock)));
    return new ServerLife(
        recovery, recovered, store.auditLog(), sealing, List.of(background, sealer), clock);
  }

  private static void forget(Store store, Clock clock) throws StoreUnavailableException {
    store.forgetExpiredClaims();
    store.oneTimeChallenges().forgetEndedBefore(clock.instant().minus(OneTimeChallenge.REMEMBERED));
    if (store.cluster().isPresent()) {
      store.cluster().get().forgetNodes(REMEMBERED_NODES);
    }
  }

  /// On a thread of its own: making keys on a slow disk must not keep the audit trail from being
  /// sealed.
  @Bean
  BackgroundWork keepingWork(EndpointKeeping keeping, ServerLife started) {
    BackgroundWork work = new BackgroundWork();
    work.every(KEEPING_PERIOD, "keep keys and CAs up to date", keeping::check);
    return work;
  }

  @Bean
  TokenWatch tokenWatch(CryptoProviders providers) {
    return new TokenWatch(providers.tokens());
  }

  /// On a thread of its own: a token may take long to answer.
  @Bean
  BackgroundWork tokenWork(TokenWatch watch, ServerLife started) {
    BackgroundWork work = new BackgroundWork();
    work.every(TOKEN_PERIOD, "look after tokens", watch::check);
    return work;
  }

  @Bean
  HealthIndicator keysHealthIndicator(EndpointKeeping keeping, TokenWatch tokens) {
    return () ->
        (keeping.areUsable() && tokens.areThere() ? Health.up() : Health.outOfService()).build();
  }

  @Bean
  HealthIndicator storeHealthIndicator(StoreMetrics metrics) {
    return () -> (metrics.isWorking() ? Health.up() : Health.outOfService()).build();
  }
}
