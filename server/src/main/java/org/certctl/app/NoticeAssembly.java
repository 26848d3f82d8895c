package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.SharedWork;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.NoticeSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.expiry.Digest;
import org.certctl.expiry.IssuedExpiryWatch;
import org.certctl.expiry.NoticeMaker;
import org.certctl.expiry.ServerExpiryWatch;
import org.certctl.keys.KeyMaterialException;
import org.certctl.notice.NoticeDelivery;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.Notifier;
import org.certctl.notice.OutboxKeeping;
import org.certctl.notice.Target;
import org.certctl.notice.mail.MailNotifier;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.NoticeMetrics;
import org.certctl.store.Store;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that watches the ends of certificates and tells of them.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class NoticeAssembly {

  private static final Duration WATCH_PERIOD = Duration.ofSeconds(5);
  private static final Duration DELIVERY_PERIOD = Duration.ofSeconds(2);
  private static final Duration COUNTING_PERIOD = Duration.ofSeconds(15);
  private static final Duration CLEANING_PERIOD = Duration.ofHours(1);
  private static final int ID_BYTES = 16;

  @Bean
  Notifiers notifiers(Configuration configuration, Clock clock) throws KeyMaterialException {
    return Notifiers.open(configuration, clock);
  }

  @Bean
  NoticeMetrics noticeMetrics(
      Configuration configuration, Notifiers notifiers, MeterRegistry registry) {
    return new NoticeMetrics(
        registry,
        configuration.scep().profiles().stream().map(ScepProfileSettings::name).toList(),
        configuration.notices().expiry().thresholds(),
        notifiers.all().stream().map(Notifier::name).toList());
  }

  @Bean
  ServerCertificates serverCertificates(
      EndpointKeeping keeping,
      OcspKeeper ocsp,
      TlsReload tls,
      ConnectorTrust connectors,
      MtlsTrust mtls,
      UpperCrls uppers,
      MeterRegistry registry,
      Clock clock) {
    return new ServerCertificates(
        keeping, ocsp, tls, connectors, mtls, uppers, new CertificateExpiries(registry, clock));
  }

  private static NoticeMaker maker(Notifiers notifiers, SecureRandom random) {
    Supplier<String> ids =
        () -> {
          byte[] id = new byte[ID_BYTES];
          random.nextBytes(id);
          return HexFormat.of().formatHex(id);
        };
    return new NoticeMaker(notifiers.server(), ids);
  }

  /// Those of the server; and the housekeeping.
  @Bean
  BackgroundWork serverExpiryWork(
      Configuration configuration,
      Store store,
      Notifiers notifiers,
      ServerCertificates certificates,
      NoticeMetrics metrics,
      Leadership leadership,
      SecureRandom random,
      Clock clock,
      ServerLife started) {
    NoticeSettings settings = configuration.notices();
    ServerExpiryWatch watch =
        new ServerExpiryWatch(
            settings.expiry(),
            store.expiry(),
            maker(notifiers, random),
            notifiers.targets(),
            certificates,
            clock,
            metrics);
    OutboxKeeping keeping = new OutboxKeeping(store.notices(), settings.retry(), clock, metrics);
    BackgroundWork work = new BackgroundWork();
    work.every(WATCH_PERIOD, "watch the server's certificates", watch::run);
    work.every(WATCH_PERIOD, "show how long certificates last", certificates::show);
    work.every(COUNTING_PERIOD, "count notices", () -> metrics.show(store.notices().counts()));
    work.every(
        CLEANING_PERIOD,
        "clean up notices",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, keeping::run));
    work.every(
        CLEANING_PERIOD,
        "forget what was told",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, watch::forget));
    return work;
  }

  /// On a thread of its own: there may be many to be counted.
  @Bean
  BackgroundWork issuedExpiryWork(
      Configuration configuration,
      Store store,
      Notifiers notifiers,
      ServerCertificates certificates,
      NoticeMetrics metrics,
      Leadership leadership,
      SecureRandom random,
      Clock clock,
      ServerLife started) {
    NoticeSettings settings = configuration.notices();
    NoticeMaker maker = maker(notifiers, random);
    IssuedExpiryWatch issued =
        new IssuedExpiryWatch(
            settings.expiry(), store.expiry(), maker, notifiers.targets(), clock, metrics);
    BackgroundWork work = new BackgroundWork();
    work.every(
        WATCH_PERIOD,
        "watch issued certificates",
        () -> leadership.lead(SharedWork.EXPIRY, issued::run, issued::rest));
    if (settings.digest()) {
      List<Target> people =
          notifiers.targets().stream()
              .filter(target -> target.notifier().equals(MailNotifier.NAME))
              .toList();
      Digest digest =
          new Digest(
              settings.expiry().interval(),
              store.expiry(),
              store.notices(),
              maker,
              people,
              certificates,
              issued,
              clock);
      work.every(
          WATCH_PERIOD, "send the digest", () -> leadership.lead(SharedWork.EXPIRY, digest::run));
    }
    return work;
  }

  /// The threads that deliver, one for each notifier, so that one that is away does not keep the
  /// others waiting.
  record Deliveries(List<BackgroundWork> works) implements AutoCloseable {
    @Override
    public void close() {
      works.forEach(BackgroundWork::close);
    }
  }

  @Bean
  Deliveries deliveries(
      Configuration configuration,
      Store store,
      Notifiers notifiers,
      NoticeMetrics metrics,
      SecureRandom random,
      Clock clock,
      ServerLife started)
      throws StoreUnavailableException {
    NoticeOutbox outbox = store.notices();
    if (configuration.database() instanceof DatabaseSettings.Sqlite) {
      // One server holds the file: whoever claimed something is gone.
      outbox.endClaims();
    }
    List<BackgroundWork> works = new ArrayList<>();
    for (Notifier notifier : notifiers.all()) {
      NoticeDelivery delivery =
          new NoticeDelivery(
              outbox, notifier, configuration.notices().retry(), random, clock, metrics);
      BackgroundWork work = new BackgroundWork();
      work.every(DELIVERY_PERIOD, "deliver notices by " + notifier.name(), delivery::run);
      works.add(work);
    }
    return new Deliveries(works);
  }
}
