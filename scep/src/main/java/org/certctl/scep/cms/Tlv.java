package org.certctl.scep.cms;

import org.certctl.scep.ScepFormatException;

/// One element of BER, located in its input without being decoded.
///
/// @param start where the identifier begins
/// @param contentStart where the content begins
/// @param contentEnd where the content ends, before any end-of-contents octets
/// @param end where the next element begins
record Tlv(int start, int contentStart, int contentEnd, int end) {
  private static final int MAX_LENGTH_OCTETS = 4;
  private static final int MAX_TAG_OCTETS = 4;
  private static final int INDEFINITE = -1;

  /// Walks the first element of the input without recursion and refuses what is too deep, too much
  /// or does not fit, so that a recursive parser may safely follow.
  static Tlv scan(byte[] in, Limits limits) throws ScepFormatException {
    return scan(in, 0, in.length, limits);
  }

  /// The element that begins at a position.
  static Tlv scan(byte[] in, int start, int limit, Limits limits) throws ScepFormatException {
    int[] ends = new int[limits.maxDepth() + 1];
    boolean[] indefinite = new boolean[limits.maxDepth() + 1];
    ends[0] = limit;
    Header first = Header.read(in, start, limit);
    int depth = 0;
    int elements = 0;
    int position = start;
    while (true) {
      if (depth > 0
          && (indefinite[depth] ? atEnd(in, position, ends[depth]) : position == ends[depth])) {
        int contentEnd = position;
        position += indefinite[depth] ? 2 : 0;
        if (--depth == 0) {
          return new Tlv(start, first.contentStart, contentEnd, position);
        }
        continue;
      }
      Header header = Header.read(in, position, ends[depth]);
      if (++elements > limits.maxElements()) {
        throw new ScepFormatException("asn1_too_many_elements", "more ASN.1 elements than allowed");
      }
      position = header.contentStart;
      if (header.constructed) {
        if (++depth > limits.maxDepth()) {
          throw new ScepFormatException("asn1_too_deep", "ASN.1 nested deeper than allowed");
        }
        indefinite[depth] = header.length == INDEFINITE;
        ends[depth] = indefinite[depth] ? ends[depth - 1] : position + header.length;
      } else {
        position += header.length;
        if (depth == 0) {
          return new Tlv(start, first.contentStart, position, position);
        }
      }
    }
  }

  /// The first element inside this one.
  Tlv firstChild(byte[] in, Limits limits) throws ScepFormatException {
    return scan(in, contentStart, contentEnd, limits);
  }

  /// The element after a child of this one.
  Tlv childAfter(Tlv child, byte[] in, Limits limits) throws ScepFormatException {
    return scan(in, child.end, contentEnd, limits);
  }

  /// Whether a child is the last one.
  boolean endsWith(Tlv child) {
    return child.end >= contentEnd;
  }

  private static boolean atEnd(byte[] in, int position, int limit) {
    return position + 1 < limit && in[position] == 0 && in[position + 1] == 0;
  }

  private record Header(boolean constructed, int contentStart, int length) {
    /// Reads identifier and length; a definite length is known to fit.
    static Header read(byte[] in, int start, int limit) throws ScepFormatException {
      int position = start;
      int identifier = octet(in, position++, limit);
      if (identifier == 0) {
        throw malformed("end-of-contents where an element was expected");
      }
      if ((identifier & 0x1f) == 0x1f) {
        int tagStart = position;
        while ((octet(in, position++, limit) & 0x80) != 0) {
          if (position - tagStart >= MAX_TAG_OCTETS) {
            throw malformed("tag number too large");
          }
        }
      }
      boolean constructed = (identifier & 0x20) != 0;
      int length = octet(in, position++, limit);
      if (length == 0x80) {
        if (!constructed) {
          throw malformed("primitive element of indefinite length");
        }
        return new Header(true, position, INDEFINITE);
      }
      if (length > 0x80) {
        int octets = length & 0x7f;
        if (octets > MAX_LENGTH_OCTETS) {
          throw malformed("length too large");
        }
        long value = 0;
        for (int i = 0; i < octets; i++) {
          value = value << 8 | octet(in, position++, limit);
        }
        length = value > limit ? Integer.MAX_VALUE : (int) value;
      }
      if (length > limit - position) {
        throw malformed("element longer than what holds it");
      }
      return new Header(constructed, position, length);
    }

    private static int octet(byte[] in, int position, int limit) throws ScepFormatException {
      if (position >= limit) {
        throw malformed("ends within an element");
      }
      return in[position] & 0xff;
    }

    private static ScepFormatException malformed(String what) {
      return new ScepFormatException("asn1_malformed", "malformed ASN.1: " + what);
    }
  }
}
