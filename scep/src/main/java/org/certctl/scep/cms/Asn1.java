package org.certctl.scep.cms;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1Primitive;
import org.certctl.scep.ScepFormatException;

/// The one place where Bouncy Castle's complaints about malformed input become ours.
final class Asn1 {
  private Asn1() {}

  /// Something that reads ASN.1.
  interface Reading<T> {
    T read() throws IOException, ScepFormatException;
  }

  /// Runs a reading of outside bytes.
  ///
  /// Bouncy Castle reports malformed input with many unchecked exceptions (illegal argument,
  /// illegal state, class cast, arithmetic); all of them mean the same here.
  static <T> T read(String code, Reading<T> reading) throws ScepFormatException {
    try {
      return reading.read();
    } catch (IOException | RuntimeException e) {
      throw new ScepFormatException(code, "malformed ASN.1", e);
    }
  }

  /// Parses the single element the input consists of, BER or DER.
  static ASN1Primitive parseWhole(byte[] in, String code, Limits limits)
      throws ScepFormatException {
    if (Tlv.scan(in, limits).end() != in.length) {
      throw new ScepFormatException(code, "octets after the end of an ASN.1 element");
    }
    return read(code, () -> ASN1Primitive.fromByteArray(in));
  }

  /// Parses the first element of the input and lets only line ends and zeros follow it.
  static ASN1Primitive parseMessage(byte[] in, String code, Limits limits)
      throws ScepFormatException {
    int end = Tlv.scan(in, limits).end();
    for (int i = end; i < in.length; i++) {
      if (in[i] != '\r' && in[i] != '\n' && in[i] != 0) {
        throw new ScepFormatException(code, "octets after the end of the message");
      }
    }
    byte[] element = end == in.length ? in : java.util.Arrays.copyOf(in, end);
    return read(code, () -> ASN1Primitive.fromByteArray(element));
  }
}
