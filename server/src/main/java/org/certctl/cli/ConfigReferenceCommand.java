package org.certctl.cli;

import java.util.concurrent.Callable;
import org.certctl.config.ConfigReference;
import picocli.CommandLine.Command;

/// `certctl config reference`: all options.
@Command(
    name = "reference",
    description = {"Print the reference of all options as markdown.", ""},
    footer = {"", "Example:", "  certctl config reference > docs/config-reference.md"})
final class ConfigReferenceCommand implements Callable<Integer> {

  private final CommandContext context;

  ConfigReferenceCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.out().print(ConfigReference.markdown());
    return ExitCode.OK;
  }
}
