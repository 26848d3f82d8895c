package org.certctl.cli.testauthority;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.ServerLauncher;
import org.certctl.cli.TestAuthorityOptions;
import org.certctl.cli.TestAuthorityRunner;
import org.certctl.cli.demo.DemoDirectory;
import org.certctl.cli.demo.FreePorts;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.Environment;
import org.certctl.config.ManagementSettings;
import org.certctl.config.ScepProfileSettings;
import org.certctl.config.ServerSettings;
import org.certctl.config.TestAuthoritySettings;

/// `certctl serve --test-authority`: a throwaway CA in a temporary directory, on this machine only.
public final class TestAuthority implements TestAuthorityRunner {
  private static final int WANTED_SCEP_PORT = 8080;
  private static final String NAME = "TEST AUTHORITY - TRUST NOTHING OF IT";

  private final CommandContext context;
  private final Function<TestAuthoritySettings, ServerLauncher> launchers;

  /// @param launchers gives what starts a server with this trouble
  public TestAuthority(
      CommandContext context, Function<TestAuthoritySettings, ServerLauncher> launchers) {
    this.context = context;
    this.launchers = launchers;
  }

  @Override
  public void run(TestAuthorityOptions options)
      throws CommandFailedException, ConfigurationException, IOException, InterruptedException {
    TestAuthoritySettings settings = settings(options);
    Integer wanted = options.port();
    if (wanted != null) {
      FreePorts.require(wanted);
    }
    try (DemoDirectory directory = DemoDirectory.open(Optional.empty(), NAME, context)) {
      AtomicReference<Runnable> stop = new AtomicReference<>(() -> {});
      directory.closeAtSignal(stop);
      FreePorts ports = new FreePorts();
      int scepPort = wanted == null ? ports.choose(WANTED_SCEP_PORT).number() : wanted;
      Configuration configuration = configuration(directory, ports, scepPort);
      try (ServerLauncher.Running running = launchers.apply(settings).start(configuration)) {
        stop.set(running::close);
        announce(settings, configuration.scep().profiles().getFirst(), scepPort);
        running.awaitStop();
      }
    }
  }

  private TestAuthoritySettings settings(TestAuthorityOptions options)
      throws CommandFailedException {
    Long seed = options.seed();
    try {
      return new TestAuthoritySettings(
          options.refuse(),
          options.pend(),
          Duration.ofSeconds(options.pendSeconds()),
          seed == null ? context.random().nextInt(Integer.MAX_VALUE) : seed);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(String.valueOf(e.getMessage()));
    }
  }

  /// Only what stands here and what the temporary directory holds: the environment plays no part.
  private Configuration configuration(DemoDirectory directory, FreePorts ports, int scepPort)
      throws IOException, ConfigurationException {
    Map<String, String> values = new HashMap<>();
    values.put("CERTCTL_SERVER_HOST", "127.0.0.1");
    values.put(
        "CERTCTL_SERVER_PORT",
        Integer.toString(ports.choose(ServerSettings.defaults().port()).number()));
    values.put("CERTCTL_MANAGEMENT_HOST", "127.0.0.1");
    values.put(
        "CERTCTL_MANAGEMENT_PORT",
        Integer.toString(ports.choose(ManagementSettings.defaults().port()).number()));
    values.put("CERTCTL_SCEP_HTTP_PORT", Integer.toString(scepPort));
    values.put("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");
    values.put("CERTCTL_LOG_FORMAT", "text");
    return context
        .configurationLoader()
        .load(Environment.of(values), Optional.of(directory.path()))
        .orThrow();
  }

  private void announce(TestAuthoritySettings settings, ScepProfileSettings profile, int port) {
    PrintWriter out = context.out();
    out.println("************************************************************************");
    out.println("*  TEST AUTHORITY. It refuses and delays at random, and its certificates *");
    out.println("*  are worth nothing. All of it is gone when it ends.                    *");
    out.println("************************************************************************");
    out.println("SCEP       http://127.0.0.1:" + port + profile.path());
    profile
        .challenges()
        .password()
        .ifPresent(challenge -> out.println("Challenge  " + challenge.revealText()));
    out.printf(
        Locale.ROOT,
        "Trouble    refuses %.0f %%, lets %.0f %% wait %d s; --seed %d%n",
        settings.refuse() * 100,
        settings.pend() * 100,
        settings.pendFor().toSeconds(),
        settings.seed());
    out.println("Ctrl-C ends it.");
    out.flush();
  }
}
