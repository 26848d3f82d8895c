package org.certctl.cli.probe;

import java.util.Optional;

/// Looks at the outermost ASN.1 element of some octets without understanding it (X.690).
///
/// @param end where the element ends
/// @param indefinite whether it or anything in it has an indefinite length
record Ber(int end, boolean indefinite) {

  private static final int MAX_DEPTH = 64;
  private static final int CONSTRUCTED = 0x20;
  private static final int LONG_TAG = 0x1f;
  private static final int INDEFINITE_LENGTH = 0x80;
  private static final int MAX_LENGTH_OCTETS = 4;

  /// Measures; absent when the octets do not begin with a complete element.
  static Optional<Ber> measure(byte[] octets) {
    return element(octets, 0, octets.length, 0);
  }

  private static Optional<Ber> element(byte[] in, int start, int limit, int depth) {
    int at = start;
    if (depth > MAX_DEPTH || at + 2 > limit) {
      return Optional.empty();
    }
    int tag = in[at++] & 0xff;
    if ((tag & LONG_TAG) == LONG_TAG) {
      while (at < limit && (in[at] & 0x80) != 0) {
        at++;
      }
      at++;
    }
    if (at >= limit) {
      return Optional.empty();
    }
    int first = in[at++] & 0xff;
    if (first == INDEFINITE_LENGTH) {
      return untilEndOfContents(in, at, limit, depth);
    }
    long length = first;
    if (first > INDEFINITE_LENGTH) {
      int count = first & 0x7f;
      if (count > MAX_LENGTH_OCTETS || at + count > limit) {
        return Optional.empty();
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = (length << 8) | (in[at++] & 0xff);
      }
    }
    if (length > limit - at) {
      return Optional.empty();
    }
    int end = at + (int) length;
    boolean inside = (tag & CONSTRUCTED) != 0 && anyIndefinite(in, at, end, depth + 1);
    return Optional.of(new Ber(end, inside));
  }

  private static Optional<Ber> untilEndOfContents(byte[] in, int start, int limit, int depth) {
    int at = start;
    while (at + 2 <= limit && (in[at] != 0 || in[at + 1] != 0)) {
      Optional<Ber> element = element(in, at, limit, depth + 1);
      if (element.isEmpty()) {
        return Optional.empty();
      }
      at = element.get().end();
    }
    return at + 2 <= limit ? Optional.of(new Ber(at + 2, true)) : Optional.empty();
  }

  private static boolean anyIndefinite(byte[] in, int start, int end, int depth) {
    int at = start;
    while (at < end) {
      Optional<Ber> element = element(in, at, end, depth);
      if (element.isEmpty()) {
        return false;
      }
      if (element.get().indefinite()) {
        return true;
      }
      at = element.get().end();
    }
    return false;
  }
}
