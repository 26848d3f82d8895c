package org.certctl.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The command `certctl` with all its subcommands.
public final class CertctlCommandLine {

  private static final List<String> ORDER =
      List.of(
          "init",
          "demo",
          "serve",
          "reload",
          "config",
          "ca",
          "pending",
          "cert",
          "challenge",
          "connector",
          "audit",
          "backup",
          "restore",
          "notices",
          "probe",
          "enroll",
          "version");

  private static final int HELP_WIDTH = 100;

  private final CommandLine commandLine;
  private final Failures failures;

  /// Puts the commands together.
  ///
  /// @param context what the commands need from outside
  /// @param furtherCommands objects with picocli's `@Command`, each with a name, that are added to
  ///   those of this package, or a `CommandLine` with subcommands; they inherit `--help` and
  ///   `--verbose`
  public CertctlCommandLine(CommandContext context, List<Object> furtherCommands) {
    Root root = new Root();
    commandLine = new CommandLine(root);
    List<CommandLine> commands = new ArrayList<>();
    commands.add(new CommandLine(new InitCommand(context)));
    commands.add(
        new CommandLine(new ConfigCommand())
            .addSubcommand(new ConfigCheckCommand(context))
            .addSubcommand(new ConfigReferenceCommand(context)));
    commands.add(
        new CommandLine(new CaCommand())
            .addSubcommand(new CaFingerprintCommand(context))
            .addSubcommand(new CommandLine(new CaCrlCommand(context)))
            .addSubcommand(new CaMakeRootCommand(context))
            .addSubcommand(new CaSignCsrCommand(context))
            .addSubcommand(new CaSignCrlCommand(context)));
    commands.add(new CommandLine(new BackupCommand(context)));
    commands.add(new CommandLine(new RestoreCommand(context)));
    commands.add(new CommandLine(new VersionCommand(context)));
    furtherCommands.forEach(command -> add(commands, command));
    commands.sort(Comparator.comparingInt(CertctlCommandLine::position));
    commands.forEach(commandLine::addSubcommand);

    failures = new Failures(context, root::isVerbose);
    commandLine
        .setOut(context.out())
        .setErr(context.err())
        .setUsageHelpWidth(HELP_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures::onUsage)
        .setExecutionExceptionHandler(failures::onExecution);
  }

  private static void add(List<CommandLine> commands, Object command) {
    CommandLine line = new CommandLine(command);
    if (command instanceof NestedCommand nested) {
      commands.stream()
          .filter(above -> above.getCommandName().equals(nested.parent()))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no command " + nested.parent()))
          .addSubcommand(line);
    } else {
      commands.add(line);
    }
  }

  private static int position(CommandLine command) {
    int position = ORDER.indexOf(command.getCommandName());
    return position < 0 ? ORDER.size() : position;
  }

  /// Runs the command that the arguments name.
  ///
  /// @return one of {@link ExitCode}
  public int run(String... arguments) {
    int exitCode;
    try {
      exitCode = commandLine.execute(arguments);
    } catch (Error e) {
      exitCode = failures.unexpected(e);
    }
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return exitCode;
  }

  /// The command without a subcommand: shows what there is.
  @Command(
      name = "certctl",
      synopsisSubcommandLabel = "COMMAND",
      description = {
        "Certificates for devices: a SCEP (RFC 8894) enrollment server that takes the place of"
            + " Microsoft NDES.",
        ""
      },
      optionListHeading = "%nOptions:%n",
      commandListHeading = "%nCommands:%n",
      footer = {
        "",
        "Begin with:",
        "  certctl init --data-dir ./certctl-data --host scep.example.com",
        "  certctl serve --data-dir ./certctl-data",
        "",
        "Each command explains itself: certctl init --help",
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 configuration problems."
      })
  private static final class Root {

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        scope = ScopeType.INHERIT,
        description = "Show this help.")
    private boolean help;

    @Option(
        names = {"-v", "--verbose"},
        scope = ScopeType.INHERIT,
        description = "Show where an unexpected failure happened.")
    private boolean verbose;

    boolean isVerbose() {
      return verbose && !help;
    }
  }
}
