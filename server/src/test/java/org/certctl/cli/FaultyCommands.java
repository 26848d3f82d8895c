package org.certctl.cli;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.FaultyFiles;
import org.certctl.rollover.CaGenerations;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Commands whose files and records fail when a test wants it.
///
/// @param context of the commands
/// @param clock theirs
record FaultyCommands(CommandContext context, Clock clock) {

  @Command(name = "certctl")
  private static final class Root {}

  /// Runs a command whose files and records fail.
  int run(FaultyFiles files, String... words) {
    WritableRecords.Source writable =
        configuration -> faulty(files, RecordsBeside.at(clock).open(configuration));
    CommandLine line =
        new CommandLine(new Root())
            .addSubcommand(new InitCommand(context))
            .addSubcommand(new BackupCommand(context))
            .addSubcommand(new RestoreCommand(context))
            .addSubcommand(
                new CommandLine(new CaCommand())
                    .addSubcommand(new CaCrlCommand(context, RecordsCommandsTest::open))
                    .addSubcommand(new CaCsrCommand(context, RecordsCommandsTest::open))
                    .addSubcommand(
                        new CaInstallCommand(context, RecordsCommandsTest::open, writable))
                    .addSubcommand(
                        new CaRolloverCommand(context, RecordsCommandsTest::open, writable)));
    line.registerConverter(Path.class, text -> files.path(Path.of(text)));
    line.setExecutionExceptionHandler((_, _, _) -> ExitCode.FAILURE);
    try {
      return line.execute(words);
    } catch (FaultyFiles.Killed e) {
      return ExitCode.FAILURE;
    }
  }

  private static WritableRecords faulty(FaultyFiles files, WritableRecords records) {
    return port(
        WritableRecords.class,
        records,
        result ->
            switch (result) {
              case AuditLog log -> failing(files, AuditLog.class, log);
              case CaGenerations all -> failing(files, CaGenerations.class, all);
              default -> result;
            });
  }

  @FunctionalInterface
  private interface Change {
    Object of(Object result);
  }

  private static <T> T port(Class<T> type, T called, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(called, arguments);
                return result == null ? null : change.of(result);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private static <T> T failing(FaultyFiles files, Class<T> type, T called) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (!method.getName().equals("all")) {
                try {
                  files.step(method.getName());
                } catch (IOException e) {
                  throw new StoreUnavailableException("the disk is full", e);
                }
              }
              try {
                return method.invoke(called, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }
}
