package org.certctl.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ExitCode;
import org.certctl.cli.ServerLauncher;
import org.certctl.cli.client.CaTrust;
import org.certctl.cli.client.Terminal;
import org.certctl.cli.demo.DemoScreen.Places;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.Environment;
import org.certctl.config.ManagementSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ServerSettings;
import org.certctl.outbound.HttpScepTransport;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundSettings;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.ClientOptions;
import org.certctl.scep.client.ScepClient;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `certctl demo`: everything at once, on one screen.
@Command(
    name = "demo",
    sortOptions = false,
    description = {
      "See it work: make a data directory, start the server on 127.0.0.1, enroll a simulated fleet"
          + " of devices through its SCEP port, and leave it running to look around.",
      "CERTCTL_* variables play no part in it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl demo",
      "  certctl demo --devices 2000 --concurrency 32 --exit",
      "  certctl demo --data-dir ./trial"
    })
public final class DemoCommand implements Callable<Integer> {

  /// The file in the data directory that the server of a demonstration logs to.
  public static final String LOG_FILE = "demo.log";

  private static final int WANTED_SCEP_PORT = 8080;
  private static final int MAX_DEVICES = 1_000_000;
  private static final int MAX_CONCURRENCY = 1024;

  private final CommandContext context;
  private final ServerLauncher launcher;
  private final Terminal terminal;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = {
        "The data directory: made when it is empty, taken as it is when it is one of certctl.",
        "Default: a temporary one that goes at the end."
      })
  private @Nullable Path dataDirectory;

  @Option(
      names = "--devices",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many devices enroll. Default: ${DEFAULT-VALUE}.")
  private int devices = 200;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many of them at a time. Default: ${DEFAULT-VALUE}.")
  private int concurrency = 16;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The port for SCEP by plain HTTP. Default: 8080, or a free one.")
  private @Nullable Integer port;

  @Option(
      names = {"--exit", "--no-wait"},
      description = "Stop when the fleet is enrolled, instead of waiting for Ctrl-C.")
  private boolean exit;

  /// Demonstrates with this launcher.
  ///
  /// @param launcher starts servers that log to {@link #LOG_FILE} and not to the terminal
  public DemoCommand(CommandContext context, ServerLauncher launcher, Terminal terminal) {
    this.context = context;
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call()
      throws CommandFailedException, ConfigurationException, IOException, InterruptedException {
    if (devices < 1 || devices > MAX_DEVICES) {
      throw CommandFailedException.usage("--devices is a number from 1 to " + MAX_DEVICES);
    }
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw CommandFailedException.usage("--concurrency is a number from 1 to " + MAX_CONCURRENCY);
    }
    if (port != null) {
      FreePorts.require(port);
    }
    context.out().println("Getting a server ready ...");
    context.out().flush();
    try (DemoDirectory directory =
        DemoDirectory.open(Optional.ofNullable(dataDirectory), "certctl demo", context)) {
      AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
      directory.closeAtSignal(stop);
      demonstrate(directory, stop);
    }
    return ExitCode.OK;
  }

  private void demonstrate(DemoDirectory directory, AtomicReference<Runnable> stop)
      throws CommandFailedException, ConfigurationException, IOException, InterruptedException {
    FreePorts ports = new FreePorts();
    FreePorts.Choice scep =
        port == null ? ports.choose(WANTED_SCEP_PORT) : new FreePorts.Choice(port, port);
    FreePorts.Choice https = ports.choose(ServerSettings.defaults().port());
    FreePorts.Choice management = ports.choose(ManagementSettings.defaults().port());
    SimulatedConnector connector =
        new SimulatedConnector(context.providers(), context.random(), context.clock());
    connector.writeCertificate(directory.connectorFile());
    Configuration configuration = configuration(directory, https, scep, management);
    ScepProfileSettings profile = profile(configuration);
    Secret challenge = challenge(profile);
    try (ServerLauncher.Running running = launcher.start(configuration)) {
      stop.set(running::close);
      DemoScreen screen = new DemoScreen(context.out());
      Places places =
          new Places(
              directory,
              https,
              scep,
              management,
              profile.path(),
              directory.path().resolve(LOG_FILE));
      screen.showPlaces(places);
      String fingerprint = enroll(screen, places, challenge, connector);
      if (exit) {
        return;
      }
      directory.writeChallenge(challenge);
      screen.showNext(places, fingerprint);
      screen.showWaiting(directory);
      running.awaitStop();
    }
  }

  private Configuration configuration(
      DemoDirectory directory,
      FreePorts.Choice https,
      FreePorts.Choice scep,
      FreePorts.Choice management)
      throws ConfigurationException, CommandFailedException {
    Map<String, String> values = new HashMap<>();
    values.put("CERTCTL_SERVER_HOST", "127.0.0.1");
    values.put("CERTCTL_SERVER_PORT", Integer.toString(https.number()));
    values.put("CERTCTL_MANAGEMENT_HOST", "127.0.0.1");
    values.put("CERTCTL_MANAGEMENT_PORT", Integer.toString(management.number()));
    values.put("CERTCTL_SCEP_HTTP_PORT", Integer.toString(scep.number()));
    values.put("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");
    values.put("CERTCTL_LOG_FORMAT", "text");
    ScepProfileSettings profile = profile(configuration(directory, values));
    var _ = challenge(profile); // Refused before a connector takes the place of other challenges.
    if (!profile.path().equals(ScepProfileSettings.ROOT_PATH)) {
      trustConnector(directory, profile, values);
    }
    return configuration(directory, values);
  }

  private static ScepProfileSettings profile(Configuration configuration)
      throws CommandFailedException {
    return configuration.scep().profiles().stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "SCEP is switched off in " + configuration.dataDirectory()));
  }

  private static Secret challenge(ScepProfileSettings profile) throws CommandFailedException {
    return profile
        .challenges()
        .password()
        .orElseThrow(
            () ->
                new CommandFailedException(
                    "the devices of the demonstration have a static challenge, and profile "
                        + profile.name()
                        + " takes none; name another --data-dir"));
  }

  private Configuration configuration(DemoDirectory directory, Map<String, String> values)
      throws ConfigurationException {
    return context
        .configurationLoader()
        .load(Environment.of(values), Optional.of(directory.path()))
        .orThrow();
  }

  /// Has the profile take connector challenges besides what it takes anyway.
  private static void trustConnector(
      DemoDirectory directory, ScepProfileSettings profile, Map<String, String> values) {
    String prefix =
        "CERTCTL_SCEP_PROFILE_"
            + profile.name().toUpperCase(Locale.ROOT).replace('-', '_')
            + "_INTUNE_";
    values.put(prefix + "ENABLED", "true");
    values.put(prefix + "ALLOW_STATIC", "true");
    values.put(prefix + "CONNECTOR_CERT_PATH", directory.connectorFile().toString());
    values.put(prefix + "AUDIENCE", SimulatedConnector.AUDIENCE);
    values.put(prefix + "PER_DEVICE_RATE_LIMIT_24H", "1");
  }

  /// Enrolls the fleet and returns the fingerprint of the CA.
  private String enroll(
      DemoScreen screen, Places places, Secret challenge, SimulatedConnector connector)
      throws IOException, CommandFailedException, InterruptedException {
    FleetPlan plan = FleetPlan.of(devices);
    ScepCrypto crypto = new ScepCrypto(context.providers().inOrder());
    try (OutboundClient client = OutboundClient.open(OutboundSettings.defaults())) {
      HttpScepTransport transport = new HttpScepTransport(client, URI.create(places.scepUrl()));
      CaCertificates ca =
          new ScepClient(transport, crypto, context.random(), ClientOptions.defaults())
              .getCaCert(null);
      Fleet fleet =
          new Fleet(
              transport,
              ca,
              challenge,
              connector,
              context.providers(),
              context.random(),
              context.clock());
      List<KeyPair> keys = fleet.keys(devices);
      screen.showFleet(plan, concurrency);
      ProgressDisplay progress =
          new ProgressDisplay(context.out(), terminal.isInteractive(), devices, System.nanoTime());
      FleetResult result = fleet.enroll(plan.devices(), keys, concurrency, progress::show);
      screen.showResult(result);
      return CaTrust.fingerprint(ca.issuer()).hex();
    } catch (ScepFormatException e) {
      throw new CommandFailedException("the server's answer cannot be used: " + e.code(), e);
    }
  }
}
