package org.certctl.scep;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/// The transactionID of a message: opaque octets, chosen by the requester (RFC 8894, section
/// 3.2.1.1).
///
/// Two identifiers are equal when their octets are, whatever string type carried them. An
/// identifier proves nothing about the sender and is not unique among requesters.
public final class TransactionId {
  /// The most octets accepted.
  public static final int MAX_BYTES = 255;

  private final byte[] octets;
  private final Encoding encoding;

  private TransactionId(byte[] octets, Encoding encoding) {
    if (octets.length == 0 || octets.length > MAX_BYTES) {
      throw new IllegalArgumentException("a transactionID has 1 to " + MAX_BYTES + " octets");
    }
    this.octets = octets;
    this.encoding = encoding;
  }

  /// The ASN.1 string type an identifier came in.
  public enum Encoding {
    /// PrintableString, the type RFC 8894 asks for.
    PRINTABLE_STRING,
    /// UTF8String, seen from some requesters.
    UTF8_STRING,
    /// IA5String, seen from some requesters.
    IA5_STRING
  }

  /// Makes an identifier from text, as a PrintableString.
  public static TransactionId of(String text) {
    return new TransactionId(text.getBytes(UTF_8), Encoding.PRINTABLE_STRING);
  }

  /// Makes an identifier from the octets of a string of the given type.
  public static TransactionId of(byte[] octets, Encoding encoding) {
    return new TransactionId(octets.clone(), encoding);
  }

  /// The octets, a copy.
  public byte[] octets() {
    return octets.clone();
  }

  /// The string type the identifier came in.
  public Encoding encoding() {
    return encoding;
  }

  /// The identifier as one line of printable ASCII, everything else escaped as `\xHH`; safe in
  /// logs.
  ///
  /// Different octets give different texts.
  public String text() {
    var text = new StringBuilder(octets.length);
    for (char c : new String(octets, ISO_8859_1).toCharArray()) {
      if (c >= ' ' && c <= '~' && c != '\\') {
        text.append(c);
      } else {
        text.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
      }
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransactionId that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return text();
  }
}
