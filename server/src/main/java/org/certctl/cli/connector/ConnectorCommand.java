package org.certctl.cli.connector;

import picocli.CommandLine.Command;

/// `certctl connector`: groups what concerns connector challenges.
@Command(
    name = ConnectorCommand.NAME,
    description = "Look at challenges that a connector signed, or sign some.")
public final class ConnectorCommand {

  static final String NAME = "connector";

  /// Has nothing of its own; its subcommands are added to it.
  public ConnectorCommand() {}
}
