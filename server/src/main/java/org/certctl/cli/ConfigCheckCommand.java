package org.certctl.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConfigurationResult;
import org.certctl.config.EffectiveValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl config check`: all problems at once, or the values in force.
@Command(
    name = "check",
    header = {"Check the configuration.", ""},
    description = {
      "Checks the configuration with all keys and certificates it names, and reports every problem at"
          + " once; when there is none, shows the values in force and where each comes from. Secrets"
          + " are not shown.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl config check --data-dir /var/lib/certctl",
      "  certctl config check -q"
    })
final class ConfigCheckCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = {"-q", "--quiet"},
      description = "Show problems only.")
  private boolean quiet;

  ConfigCheckCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws ConfigurationException {
    ConfigurationResult result =
        context.configurationLoader().load(context.environment(), dataDirectory.path());
    return switch (result) {
      case ConfigurationResult.Usable usable -> {
        if (!quiet) {
          printValues(usable.values(), context.out());
        }
        usable.warnings().forEach(warning -> context.err().println(warning.text()));
        if (!quiet) {
          context.out().println("The configuration is ready to serve.");
        }
        yield ExitCode.OK;
      }
      case ConfigurationResult.Refused refused ->
          throw new ConfigurationException(refused.problems());
    };
  }

  private static void printValues(List<EffectiveValue> values, PrintWriter out) {
    int keyWidth = values.stream().mapToInt(value -> value.key().length()).max().orElse(0);
    int originWidth =
        values.stream().mapToInt(value -> value.origin().text().length()).max().orElse(0);
    for (EffectiveValue value : values) {
      String display = value.display().isEmpty() ? "-" : value.display();
      out.println(
          padded(value.key(), keyWidth)
              + "  "
              + padded(value.origin().text(), originWidth)
              + "  "
              + display);
    }
    out.println();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
