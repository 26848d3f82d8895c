package org.certctl.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps logs out of what commands print: warnings only, to standard error. `serve` sets up its
/// own.
final class CommandLogging {

  private CommandLogging() {}

  static void quiet() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      root.setLevel(Level.WARN);
      context.getLogger("com.zaxxer.hikari").setLevel(Level.OFF);
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
