package org.certctl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.certctl.pki.CaLimits;
import picocli.CommandLine.Option;

/// The options `--permit` and `--exclude`: name constraints of a CA that is made.
final class NameConstraintOptions {

  @Option(
      names = "--permit",
      paramLabel = "NAME",
      description = {
        "Certify only such names of this kind (name constraints): dns:example.com,"
            + " email:example.com, uri:.example.com, ip:10.0.0.0/8 or dir:C=DE,O=Example. May be"
            + " repeated."
      })
  private final List<String> permitted = new ArrayList<>();

  @Option(
      names = "--exclude",
      paramLabel = "NAME",
      description = "Never certify such names; written as for --permit. May be repeated.")
  private final List<String> excluded = new ArrayList<>();

  boolean areGiven() {
    return !permitted.isEmpty() || !excluded.isEmpty();
  }

  CaLimits limits(OptionalInt pathLength) throws CommandFailedException {
    try {
      return CaLimits.of(pathLength, permitted, excluded);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage("--permit, --exclude or --path-length: " + e.getMessage());
    }
  }
}
