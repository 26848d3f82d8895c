package org.certctl.cli;

/// A command could not do what it was told, for a reason that the operator can understand; ends the
/// command with this one message.
public final class CommandFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private CommandFailedException(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /// Says why, and where possible what to do; ends the command with {@link ExitCode#FAILURE}.
  public CommandFailedException(String message) {
    this(message, ExitCode.FAILURE);
  }

  /// The same, with a cause that is shown only with `--verbose`.
  public CommandFailedException(String message, Throwable cause) {
    super(message, cause);
    exitCode = ExitCode.FAILURE;
  }

  /// The command line asks for something that cannot be; ends the command with {@link
  /// ExitCode#USAGE}.
  public static CommandFailedException usage(String message) {
    return new CommandFailedException(message, ExitCode.USAGE);
  }

  /// One of {@link ExitCode}.
  public int exitCode() {
    return exitCode;
  }
}
