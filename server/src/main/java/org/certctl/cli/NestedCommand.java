package org.certctl.cli;

/// A command that stands below another one.
public interface NestedCommand {

  /// The name of the command that it stands below.
  String parent();
}
