package org.certctl.cli.probe;

import java.util.List;
import java.util.Optional;
import org.certctl.pki.Names;

/// One thing that was found.
///
/// @param topic what it is about
/// @param severity how bad it is
/// @param code what it is, stable
/// @param text the same in a sentence
/// @param clients which clients stumble
/// @param hint what to do about it
record Finding(
    Topic topic,
    Severity severity,
    String code,
    String text,
    List<String> clients,
    Optional<String> hint) {
  /// Makes the text safe to show: some of it comes from the server.
  Finding {
    text = Names.printable(text);
    clients = List.copyOf(clients);
  }
}
