package org.certctl.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.control.ControlLine;
import org.certctl.pki.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `certctl reload`: has a running server read its certificates again.
@Command(
    name = "reload",
    description = {
      "Have the running server read its TLS certificate, RA certificates and connector certificates"
          + " again, as SIGHUP does, and show what became of each. A file that cannot be used changes"
          + " nothing; what was in force before stays so.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all could be used, 1 one or more could not, or no server runs.",
      "",
      "Example:",
      "  certctl reload --data-dir /var/lib/certctl"
    })
public final class ReloadCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  /// Reloads the server of the data directory that is named.
  public ReloadCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ConfigurationException, CommandFailedException {
    Configuration configuration = context.configuration(dataDirectory);
    List<String> answer;
    try {
      answer = ControlLine.send(configuration.dataDirectory(), ControlLine.RELOAD);
    } catch (IOException | RuntimeException e) {
      throw new CommandFailedException(
          "no server that runs on "
              + configuration.dataDirectory()
              + " could be reached\nstart it with certctl serve, or run this as the user it runs as",
          e);
    }
    if (answer.stream().allMatch(String::isBlank)) {
      throw new CommandFailedException("the server gave no answer; try again");
    }
    answer.forEach(line -> context.out().println(Names.printable(line)));
    return answer.stream().allMatch(ReloadCommand::isInForce) ? ExitCode.OK : ExitCode.FAILURE;
  }

  /// Only what the server says so of; what is not understood is no success.
  private static boolean isInForce(String line) {
    return line.startsWith("changed ") || line.startsWith("unchanged ");
  }
}
