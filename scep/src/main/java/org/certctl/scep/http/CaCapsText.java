package org.certctl.scep.http;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.certctl.scep.CaCapability;

/// The body of the answer to GetCACaps (RFC 8894, section 3.5.2).
public final class CaCapsText {
  private CaCapsText() {}

  /// One keyword a line, in a fixed order, with bare line feeds, none at the end and no empty line:
  /// requesters exist that stumble over a carriage return, and others to whom an empty line means
  /// everything.
  public static String render(Set<CaCapability> capabilities) {
    return Arrays.stream(CaCapability.values())
        .filter(capabilities::contains)
        .map(CaCapability::keyword)
        .collect(Collectors.joining("\n"));
  }
}
