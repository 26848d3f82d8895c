package org.certctl.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.certctl.config.Environment;
import org.certctl.keys.CryptoProviders;

/// Runs `certctl` inside a test, one command after the other, and keeps what the last one wrote.
public final class CommandRun {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Clock clock;
  private final Function<CommandContext, List<Object>> commands;

  /// Runs these commands besides those that `certctl` always has.
  public CommandRun(Clock clock, Function<CommandContext, List<Object>> commands) {
    this.clock = clock;
    this.commands = commands;
  }

  /// These words, then the option that names this data directory.
  public static String[] on(Path dataDirectory, String... words) {
    return Stream.concat(Stream.of(words), Stream.of("--data-dir", dataDirectory.toString()))
        .toArray(String[]::new);
  }

  /// What a command gets where no `CERTCTL_*` variable is set.
  public CommandContext context() {
    return context(Map.of());
  }

  private CommandContext context(Map<String, String> variables) {
    return new CommandContext(
        Environment.of(variables),
        PROVIDERS,
        clock,
        new SecureRandom(),
        new PrintWriter(out),
        new PrintWriter(err),
        "1.2.3");
  }

  /// Runs one command, and gives its exit code.
  public int run(String... words) {
    return run(Map.of(), words);
  }

  /// The same with these variables.
  public int run(Map<String, String> variables, String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandContext context = context(variables);
    return new CertctlCommandLine(context, commands.apply(context)).run(words);
  }

  /// What the last command wrote as its result.
  public String out() {
    return out.toString();
  }

  /// What the last command complained of.
  public String err() {
    return err.toString();
  }
}
