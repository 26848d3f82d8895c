package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ConfigurationException;
import org.certctl.config.Problem;
import org.certctl.keys.KeyMaterialException;
import org.certctl.pki.Names;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says what went wrong in a line or two; a trace is shown only to those who ask for it.
final class Failures {

  private final CommandContext context;
  private final BooleanSupplier verbose;

  Failures(CommandContext context, BooleanSupplier verbose) {
    this.context = context;
    this.verbose = verbose;
  }

  /// Answers a command line that cannot be understood.
  int onUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = context.err();
    if (e.getClass() == ParameterException.class && !command.getSubcommands().isEmpty()) {
      // Only a subcommand is missing: what there is says more than a complaint.
      command.usage(err);
      return ExitCode.USAGE;
    }
    err.println("error: " + text(e));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Usage: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  /// Answers a command that could not do what it was told.
  int onExecution(Exception e, CommandLine command, ParseResult parsed) {
    PrintWriter err = context.err();
    int exitCode = ExitCode.FAILURE;
    switch (e) {
      case ConfigurationException configuration -> {
        print(configuration, err);
        exitCode = ExitCode.CONFIGURATION;
      }
      case CommandFailedException failed -> {
        print(failed.getMessage(), err);
        exitCode = failed.exitCode();
      }
      case StoreUnavailableException store -> print(store.getMessage(), err);
      case KeyMaterialException material -> {
        err.println("error: " + Names.printable(material.reason()));
        err.println("    hint: " + Names.printable(material.hint()));
      }
      case IOException io -> err.println("error: " + describe(io));
      default -> {
        return unexpected(e);
      }
    }
    traceIfAsked(e);
    return exitCode;
  }

  /// Answers what nobody foresaw.
  int unexpected(Throwable e) {
    PrintWriter err = context.err();
    String id = String.format(Locale.ROOT, "%08x", context.random().nextInt());
    err.println("error: unexpected failure " + id + ": " + e.getClass().getSimpleName());
    err.println("    hint: repeat with --verbose to see where, and report it with that text");
    traceIfAsked(e);
    return ExitCode.FAILURE;
  }

  private void traceIfAsked(Throwable e) {
    if (verbose.getAsBoolean() || context.environment().asksForDebug()) {
      e.printStackTrace(context.err());
    }
  }

  /// All problems, then how many there are.
  static void print(ConfigurationException e, PrintWriter err) {
    e.problems().forEach(problem -> err.println(problem.text()));
    long errors = e.problems().stream().filter(Problem::isError).count();
    err.println(errors + (errors == 1 ? " problem" : " problems") + " in the configuration");
  }

  /// The first line of the message, and the others below it.
  private static void print(@Nullable String message, PrintWriter err) {
    List<String> lines = String.valueOf(message).lines().map(Names::printable).toList();
    err.println("error: " + (lines.isEmpty() ? "" : lines.getFirst()));
    lines.stream().skip(1).forEach(line -> err.println("    " + line));
  }

  private static String describe(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no " + Names.printable(missing.getFile());
      case AccessDeniedException denied -> "no access to " + Names.printable(denied.getFile());
      case NotDirectoryException file -> Names.printable(file.getFile()) + " is no directory";
      case FileSystemException other -> text(other);
      default -> text(e);
    };
  }

  private static String text(Exception e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().map(Names::printable).reduce((a, b) -> a + "; " + b).orElse("");
  }
}
