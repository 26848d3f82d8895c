package org.certctl.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
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
          "cluster",
          "ca",
          "pending",
          "cert",
          "challenge",
          "connector",
          "audit",
          "keys",
          "backup",
          "restore",
          "store",
          "notices",
          "probe",
          "enroll",
          "version");

  private static final int HELP_WIDTH = 100;

  private final CommandContext context;
  private final Map<String, Branch> branches =
      new TreeMap<>(
          Comparator.comparingInt(CertctlCommandLine::position)
              .thenComparing(Comparator.naturalOrder()));

  /// A command with those below it.
  private record Branch(Object command, List<Object> below) {

    CommandLine line() {
      CommandLine line = new CommandLine(command);
      below.forEach(line::addSubcommand);
      return line;
    }
  }

  /// Puts the commands together.
  ///
  /// @param context what the commands need from outside
  /// @param furtherCommands objects with picocli's `@Command`, each with a name, that are added to
  ///   those of this package; they inherit `--help` and `--verbose`
  public CertctlCommandLine(CommandContext context, List<Object> furtherCommands) {
    this.context = context;
    add(new InitCommand(context));
    add(new ConfigCommand(), new ConfigCheckCommand(context), new ConfigReferenceCommand(context));
    add(
        new CaCommand(),
        new CaMakeRootCommand(context),
        new CaSignCsrCommand(context),
        new CaSignCrlCommand(context));
    add(new KeysCommand());
    add(new BackupCommand(context));
    add(new RestoreCommand(context));
    add(new StoreCommand(context));
    add(new VersionCommand(context));
    furtherCommands.forEach(this::addFurther);
  }

  private void add(Object command, Object... below) {
    branches.put(name(command), new Branch(command, new ArrayList<>(List.of(below))));
  }

  private void addFurther(Object command) {
    if (command instanceof NestedCommand nested) {
      @Nullable Branch parent = branches.get(nested.parent());
      if (parent == null) {
        throw new IllegalArgumentException("no command " + nested.parent());
      }
      parent.below().add(command);
    } else {
      add(command);
    }
  }

  private static String name(Object command) {
    return command.getClass().getAnnotation(Command.class).name();
  }

  private static int position(String name) {
    int position = ORDER.indexOf(name);
    return position < 0 ? ORDER.size() : position;
  }

  /// Runs the command that the arguments name.
  ///
  /// @return one of {@link ExitCode}
  public int run(String... given) {
    String[] arguments = spelledAsHere(given);
    Root root = new Root();
    Failures failures = new Failures(context, root::isVerbose);
    int exitCode;
    try {
      exitCode = commandLine(root, failures, arguments).execute(arguments);
    } catch (Error e) {
      exitCode = failures.unexpected(e);
    }
    context.out().flush();
    context.err().flush();
    return exitCode;
  }

  /// What people try first, `certctl help cert list` and `certctl --version`, as it is said here.
  private static String[] spelledAsHere(String... given) {
    List<String> words = new ArrayList<>(List.of(given));
    if (words.equals(List.of("--version"))) {
      return new String[] {"version"};
    }
    if (!words.isEmpty() && words.getFirst().equals("help")) {
      words.removeFirst();
      words.add("--help");
    }
    return words.toArray(String[]::new);
  }

  /// Only the command that the first argument names, if it names one: picocli looks at every option
  /// of every command it is given, which takes longer than most commands.
  private CommandLine commandLine(Root root, Failures failures, String... arguments) {
    CommandLine line = new CommandLine(root);
    @Nullable Branch named = arguments.length == 0 ? null : branches.get(arguments[0]);
    Collection<Branch> wanted = named == null ? branches.values() : List.of(named);
    wanted.forEach(branch -> line.addSubcommand(branch.line()));
    return line.setOut(context.out())
        .setErr(context.err())
        .setUsageHelpWidth(HELP_WIDTH)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(failures::onUsage)
        .setExecutionExceptionHandler(failures::onExecution);
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
