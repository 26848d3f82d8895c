package org.certctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `certctl version`: what runs here.
@Command(
    name = "version",
    description = "Show the version of certctl, of Java and of the cryptographic providers.")
final class VersionCommand implements Callable<Integer> {

  private final CommandContext context;

  VersionCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.out().println("certctl " + context.version());
    context.out().println("Java    " + Runtime.version());
    context.out().println("Crypto  " + context.providers().inOrder().getFirst().getInfo());
    return ExitCode.OK;
  }
}
