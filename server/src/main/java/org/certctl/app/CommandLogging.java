package org.certctl.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps logs out of what commands print: warnings only, to standard error. `serve` sets up its
/// own.
final class CommandLogging {

  /// Loggers that are silent in commands and in the server alike.
  static final List<String> SILENT =
      List.of(
          // What its pool meets is told by whoever asked it for a connection.
          "com.zaxxer.hikari",
          // Two processes that start at once may both remove what a killed one left in /tmp.
          "org.sqlite.SQLiteJDBCLoader");

  private CommandLogging() {}

  static void quiet() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      root.setLevel(Level.WARN);
      SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
      root.iteratorForAppenders().forEachRemaining(CommandLogging::toStandardError);
    }
  }

  private static void toStandardError(Appender<?> appender) {
    if (appender instanceof ConsoleAppender<?> console) {
      console.stop();
      console.setTarget("System.err");
      console.start();
    }
  }
}
