package org.certctl.cli;

/// What a command tells the shell. The numbers never change.
public final class ExitCode {

  /// Done.
  public static final int OK = 0;

  /// Could not be done.
  public static final int FAILURE = 1;

  /// The command line cannot be understood.
  public static final int USAGE = 2;

  /// The configuration cannot be used.
  public static final int CONFIGURATION = 3;

  private ExitCode() {}
}
