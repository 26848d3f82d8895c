package org.certctl.cluster;

import java.security.SecureRandom;
import java.util.HexFormat;

/// One process that serves; a node that starts again is another one.
///
/// @param text 16 hexadecimal digits; empty where there is one process at a time
public record NodeId(String text) {

  /// The only process on its database.
  public static final NodeId ONLY = new NodeId("");

  private static final int BYTES = 8;

  /// A new one.
  public static NodeId next(SecureRandom random) {
    byte[] octets = new byte[BYTES];
    random.nextBytes(octets);
    return new NodeId(HexFormat.of().formatHex(octets));
  }

  @Override
  public String toString() {
    return text;
  }
}
