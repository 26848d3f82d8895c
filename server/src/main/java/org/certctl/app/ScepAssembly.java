package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import org.certctl.challenge.FailureLimiter;
import org.certctl.challenge.onetime.OneTimeChallenges;
import org.certctl.config.Configuration;
import org.certctl.config.TestAuthoritySettings;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.front.scep.CurrentEndpoints;
import org.certctl.front.scep.PkiOperation;
import org.certctl.front.scep.ScepServlet;
import org.certctl.front.scep.Trouble;
import org.certctl.http.RequestIds;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.observe.ConnectorMetrics;
import org.certctl.observe.EnrollmentMetrics;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.store.Store;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/// What answers at SCEP endpoints: challenges, trust of connectors and client certificates, and the
/// servlet.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class ScepAssembly {

  private static final int UNREADABLE_ENVELOPES_PER_MINUTE = 600;

  @Bean
  ScepCrypto scepCrypto(CryptoProviders providers) {
    return new ScepCrypto(providers.inOrder());
  }

  @Bean
  ConnectorMetrics connectorMetrics(MeterRegistry registry, Store store, Clock clock) {
    return new ConnectorMetrics(registry, store.auditCounts(), clock);
  }

  @Bean
  ConnectorTrust connectorTrust(
      Configuration configuration, CryptoProviders providers, ConnectorMetrics metrics, Clock clock)
      throws KeyMaterialException {
    return ConnectorTrust.of(configuration.scep().profiles(), providers, metrics, clock);
  }

  @Bean
  MtlsTrust mtlsTrust(Configuration configuration, Clock clock) throws KeyMaterialException {
    return new MtlsTrust(configuration.scep().profiles(), clock);
  }

  @Bean
  FailureLimiter wrongChallenges(Configuration configuration) {
    return new FailureLimiter(configuration.scep().challengeFailuresPerMinute(), System::nanoTime);
  }

  @Bean
  ChallengeValidators challengeValidators(
      FailureLimiter wrongChallenges,
      Store store,
      ChallengeMac challengeMac,
      ConnectorTrust connectors,
      Clock clock) {
    return new ChallengeValidators(
        wrongChallenges,
        new OneTimeChallenges(store.oneTimeChallenges(), challengeMac, clock),
        connectors,
        clock);
  }

  @Bean
  ServletRegistrationBean<ScepServlet> scepServlet(
      Configuration configuration,
      CurrentEndpoints endpoints,
      ScepCrypto crypto,
      EnrollmentCycle cycle,
      Store store,
      FailureLimiter wrongChallenges,
      EnrollmentMetrics metrics,
      MtlsTrust mtls,
      ServerLife started,
      Optional<TestAuthoritySettings> testAuthority,
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
            wrongChallenges,
            store.certificates(),
            store.crls(),
            metrics,
            clock);
    PkiOperation served =
        testAuthority.map(trouble -> operation.with(trouble(trouble))).orElse(operation);
    ScepServlet servlet =
        new ScepServlet(
            endpoints, served, mtls, maxBodyBytes, new RequestIds(random)::next, metrics);
    ServletRegistrationBean<ScepServlet> registration =
        new ServletRegistrationBean<>(servlet, ScepServlet.URL_PATTERNS.toArray(String[]::new));
    registration.setEnabled(configuration.scep().enabled());
    registration.setLoadOnStartup(1);
    return registration;
  }

  private static Trouble trouble(TestAuthoritySettings settings) {
    return new Trouble(settings.refuse(), settings.pend(), new Random(settings.seed()));
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
}
