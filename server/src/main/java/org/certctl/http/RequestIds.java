package org.certctl.http;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/// Makes request ids: unique within and across starts, in order, and cheap.
public final class RequestIds {

  private static final int PREFIX_BYTES = 4;

  private final String prefix;
  private final AtomicLong next = new AtomicLong();

  /// @param random makes the part that differs from start to start
  public RequestIds(SecureRandom random) {
    byte[] octets = new byte[PREFIX_BYTES];
    random.nextBytes(octets);
    this.prefix = HexFormat.of().formatHex(octets);
  }

  /// The next id, e.g. `1f00c2aa-42`.
  public String next() {
    return prefix + "-" + next.incrementAndGet();
  }
}
