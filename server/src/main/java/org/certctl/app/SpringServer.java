package org.certctl.app;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ServerLauncher;
import org.certctl.config.Configuration;
import org.certctl.config.LogSettings;
import org.certctl.config.TestAuthoritySettings;
import org.certctl.http.Listeners;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.store.StoreOpenException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// Starts the server on Spring Boot: turns our configuration into Boot's properties and beans.
final class SpringServer implements ServerLauncher {

  private static final String TEXT_LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %m %kvp%n";

  private static final String BUNDLE = "spring.ssl.bundle.pem." + Listeners.TLS_BUNDLE + ".";
  private static final String TLS_PRIVATE_KEY = BUNDLE + "keystore.private-key";

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;
  private final Optional<String> logFile;
  private final Optional<TestAuthoritySettings> testAuthority;
  private final HangUp hangUp;

  /// A server that stays when its terminal goes: SIGHUP has it read its files again.
  SpringServer(CryptoProviders providers, Clock clock, SecureRandom random) {
    this(providers, clock, random, Optional.empty(), Optional.empty(), HangUp.caught());
  }

  private SpringServer(
      CryptoProviders providers,
      Clock clock,
      SecureRandom random,
      Optional<String> logFile,
      Optional<TestAuthoritySettings> testAuthority,
      HangUp hangUp) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
    this.logFile = logFile;
    this.testAuthority = testAuthority;
    this.hangUp = hangUp;
  }

  /// One for a demonstration: it logs to a file of this name in the data directory and nothing to
  /// the terminal, and ends with the terminal.
  SpringServer loggingTo(String fileName) {
    return new SpringServer(
        providers, clock, random, Optional.of(fileName), testAuthority, HangUp.left());
  }

  /// One that makes this trouble, and ends with its terminal.
  SpringServer asTestAuthority(TestAuthoritySettings settings) {
    return new SpringServer(
        providers, clock, random, logFile, Optional.of(settings), HangUp.left());
  }

  @Override
  public Running start(Configuration configuration) throws CommandFailedException {
    SpringApplication application = new SpringApplication(ServerAssembly.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setAddCommandLineProperties(false);
    Map<String, Object> properties = properties(configuration);
    try {
      encryptOwnKeys(configuration);
      properties.put(TLS_PRIVATE_KEY, tlsKey(configuration));
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(e.reason() + "; " + e.hint());
    } catch (IOException e) {
      throw new CommandFailedException("keys cannot be encrypted: " + e.getMessage(), e);
    }
    logFile.ifPresent(
        name -> {
          properties.put(
              "logging.file.name", configuration.dataDirectory().resolve(name).toString());
          properties.put("logging.pattern.file", TEXT_LINE);
          properties.put("logging.threshold.console", "off");
        });
    application.setDefaultProperties(properties);
    application.addInitializers(
        context -> {
          GenericApplicationContext beans = (GenericApplicationContext) context;
          beans.registerBean(Configuration.class, () -> configuration);
          beans.registerBean(CryptoProviders.class, () -> providers);
          beans.registerBean(Clock.class, () -> clock);
          beans.registerBean(SecureRandom.class, () -> random);
          beans.registerBean(HangUp.class, () -> hangUp);
          testAuthority.ifPresent(
              settings -> beans.registerBean(TestAuthoritySettings.class, () -> settings));
        });
    try {
      ConfigurableApplicationContext context = application.run();
      Started started = new Started((ServletWebServerApplicationContext) context);
      announce(configuration, started.httpsPort());
      return started;
    } catch (RuntimeException e) {
      throw new CommandFailedException(causeOf(e, configuration));
    }
  }

  /// Those that were written before there was an encryption key.
  private void encryptOwnKeys(Configuration configuration)
      throws IOException, KeyMaterialException {
    if (configuration.encryption().isOn()) {
      configuration.ownKeyFiles().encrypt(KeyEncryption.none(), configuration.encryption(), random);
    }
  }

  /// The key itself, because Boot cannot open it when it is encrypted.
  private String tlsKey(Configuration configuration) throws KeyMaterialException {
    return SigningKey.read(
            KeyLocation.of(configuration.tls().keyPath(), configuration.encryption()),
            Optional.empty(),
            providers)
        .revealPem();
  }

  private static String causeOf(Throwable e, Configuration configuration) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case PortInUseException _,
            ConnectorStartFailedException _,
            BindException _,
            UnknownHostException _ -> {
          String found = cause.getMessage();
          return ListenerTrial.complaint(listeners(configuration))
              .orElseGet(() -> "cannot listen: " + found);
        }
        case StoreOpenException store -> {
          return String.valueOf(store.getMessage());
        }
        case KeyMaterialException material -> {
          return material.reason() + "; " + material.hint();
        }
        default -> {}
      }
    }
    LoggerFactory.getLogger(SpringServer.class).error("the server could not start", e);
    return "the server could not start; the log says why";
  }

  private static List<ListenerTrial.Place> listeners(Configuration configuration) {
    String hostKey = "CERTCTL_SERVER_HOST";
    String host = configuration.server().host();
    List<ListenerTrial.Place> all = new ArrayList<>();
    all.add(
        new ListenerTrial.Place(
            hostKey, host, "CERTCTL_SERVER_PORT", configuration.server().port()));
    configuration
        .scep()
        .httpPort()
        .ifPresent(
            port ->
                all.add(new ListenerTrial.Place(hostKey, host, "CERTCTL_SCEP_HTTP_PORT", port)));
    configuration
        .scep()
        .mtlsPort()
        .ifPresent(
            port ->
                all.add(new ListenerTrial.Place(hostKey, host, "CERTCTL_SCEP_MTLS_PORT", port)));
    all.add(
        new ListenerTrial.Place(
            "CERTCTL_MANAGEMENT_HOST",
            configuration.management().host(),
            "CERTCTL_MANAGEMENT_PORT",
            configuration.management().port()));
    return all;
  }

  private void announce(Configuration configuration, int httpsPort) {
    Logger log = LoggerFactory.getLogger(SpringServer.class);
    log.atInfo()
        .addKeyValue("host", configuration.server().host())
        .addKeyValue("port", httpsPort)
        .addKeyValue("accelerated", providers.accelerated())
        .addKeyValue("version", Version.current())
        .log("ready");
  }

  private static Map<String, Object> properties(Configuration configuration) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.address", configuration.server().host());
    properties.put("server.port", configuration.server().port());
    properties.put("server.shutdown", "graceful");
    properties.put(
        "spring.lifecycle.timeout-per-shutdown-phase",
        configuration.server().shutdownTimeout().toSeconds() + "s");
    properties.put("server.ssl.bundle", Listeners.TLS_BUNDLE);
    properties.put("server.ssl.client-auth", "none");
    properties.put(
        BUNDLE + "keystore.certificate", configuration.tls().certPath().toUri().toString());
    properties.put(BUNDLE + "options.enabled-protocols", "TLSv1.2,TLSv1.3");
    properties.put("spring.main.register-shutdown-hook", "true");
    properties.put("spring.mvc.problemdetails.enabled", "true");
    properties.put("spring.mvc.formcontent.filter.enabled", "false");
    properties.put("spring.web.resources.add-mappings", "false");
    properties.put("management.endpoints.web.base-path", "/");
    properties.put("management.endpoints.web.discovery.enabled", "false");
    properties.put("management.endpoints.web.exposure.include", "health,prometheus");
    properties.put("management.endpoints.web.path-mapping.prometheus", "metrics");
    properties.put("management.endpoint.health.show-details", "never");
    properties.put("management.endpoint.health.group.ready.include", "readinessState,store,keys");
    properties.put("management.endpoint.health.group.ready.additional-path", "server:/ready");
    properties.put("management.endpoint.health.probes.enabled", "true");
    properties.put("logging.level.root", levelOf(configuration.log()));
    properties.put("logging.level.org.springframework", "warn");
    // A start that fails is told once, by the command.
    properties.put("logging.level.org.springframework.boot", "off");
    properties.put("logging.level.org.apache", "warn");
    // A listener that cannot listen, too, and what is then not yet closed.
    properties.put("logging.level.org.apache.catalina.util.LifecycleBase", "off");
    properties.put("logging.level.org.apache.catalina.loader.WebappClassLoaderBase", "error");
    // What a migration meets is told by whoever opens the store.
    properties.put("logging.level.org.flywaydb", "off");
    CommandLogging.SILENT.forEach(name -> properties.put("logging.level." + name, "off"));
    // It warns of every PostgreSQL that is not the newest.
    properties.put("logging.level.org.jooq", "error");
    properties.put("logging.level.java.lang", "info");
    if (configuration.log().format() == LogSettings.Format.JSON) {
      properties.put("logging.structured.format.console", "logstash");
    } else {
      properties.put("logging.pattern.console", TEXT_LINE);
    }
    return properties;
  }

  private static String levelOf(LogSettings settings) {
    return settings.level().name().toLowerCase(Locale.ROOT);
  }

  /// The server as it runs.
  private static final class Started implements Running {

    private final ServletWebServerApplicationContext context;
    private final CountDownLatch stopped = new CountDownLatch(1);

    Started(ServletWebServerApplicationContext context) {
      this.context = context;
      context.addApplicationListener(
          event -> {
            if (event instanceof org.springframework.context.event.ContextClosedEvent closed
                && closed.getApplicationContext() == context) {
              stopped.countDown();
            }
          });
    }

    @Override
    public int httpsPort() {
      return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
    }

    @Override
    public void awaitStop() throws InterruptedException {
      stopped.await();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
