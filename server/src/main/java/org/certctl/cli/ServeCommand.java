package org.certctl.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConfigurationResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `certctl serve`: the server.
@Command(
    name = "serve",
    description = {
      "Serve enrollments until told to stop (SIGTERM or Ctrl-C); requests under way are finished.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl serve --data-dir /var/lib/certctl",
      "  CERTCTL_SERVER_PORT=9443 certctl serve --data-dir /var/lib/certctl",
      "  certctl serve --test-authority --refuse 0.1 --pend 0.5 --seed 7"
    })
public final class ServeCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ServerLauncher launcher;

  private final TestAuthorityRunner testAuthority;

  @ArgGroup(exclusive = false, heading = "%nOnly for authors of clients:%n")
  private @Nullable TestAuthorityOptions trouble;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  /// Serves with this launcher.
  ///
  /// @param testAuthority runs a test authority in place of the server
  public ServeCommand(
      CommandContext context, ServerLauncher launcher, TestAuthorityRunner testAuthority) {
    this.context = context;
    this.launcher = launcher;
    this.testAuthority = testAuthority;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, InterruptedException {
    if (trouble != null && trouble.enabled()) {
      if (dataDirectory.path().isPresent()) {
        throw CommandFailedException.usage(
            "--test-authority has a temporary data directory; --data-dir is for servers that are"
                + " meant");
      }
      testAuthority.run(trouble);
      return ExitCode.OK;
    }
    Configuration configuration =
        switch (context.configurationLoader().load(context.environment(), dataDirectory.path())) {
          case ConfigurationResult.Usable usable -> {
            usable.warnings().forEach(warning -> context.err().println(warning.text()));
            context.err().flush();
            yield usable.configuration();
          }
          case ConfigurationResult.Refused refused ->
              throw new ConfigurationException(refused.problems());
        };
    try (ServerLauncher.Running running = launcher.start(configuration)) {
      running.awaitStop();
    }
    return ExitCode.OK;
  }
}
