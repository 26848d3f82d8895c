package org.certctl.cli;

import java.util.concurrent.Callable;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConfigurationResult;
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
      "  CERTCTL_SERVER_PORT=9443 certctl serve --data-dir /var/lib/certctl"
    })
public final class ServeCommand implements Callable<Integer> {

  private final CommandContext context;
  private final ServerLauncher launcher;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  /// Serves with this launcher.
  public ServeCommand(CommandContext context, ServerLauncher launcher) {
    this.context = context;
    this.launcher = launcher;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, InterruptedException {
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
