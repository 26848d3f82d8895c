package org.certctl.cli.client;

import java.io.Console;
import java.util.Optional;
import org.certctl.config.TerminalSettings;
import org.certctl.secret.Secret;

/// Whether a person sits at the other end, and what can be shown to or asked from them.
public interface Terminal {

  /// Whether input and output are a terminal.
  boolean isInteractive();

  /// Whether output may be coloured.
  boolean showsColor();

  /// Asks for a secret without showing what is typed; absent when nobody can be asked or nothing
  /// was typed.
  Optional<Secret> askSecret(String question);

  /// No terminal: a pipe, a file, a test.
  static Terminal none() {
    return new Terminal() {
      @Override
      public boolean isInteractive() {
        return false;
      }

      @Override
      public boolean showsColor() {
        return false;
      }

      @Override
      public Optional<Secret> askSecret(String question) {
        return Optional.empty();
      }
    };
  }

  /// The terminal of this process, if it has one.
  @SuppressWarnings("SystemConsoleNull") // JDK 25 may return null again when output is redirected
  static Terminal ofProcess(TerminalSettings settings) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return none();
    }
    return new Terminal() {
      @Override
      public boolean isInteractive() {
        return true;
      }

      @Override
      public boolean showsColor() {
        return settings.colorWanted();
      }

      @Override
      public Optional<Secret> askSecret(String question) {
        char[] typed = console.readPassword("%s", question);
        return typed == null || typed.length == 0
            ? Optional.empty()
            : Optional.of(Secret.of(new String(typed)));
      }
    };
  }
}
