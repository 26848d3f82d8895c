package org.certctl.scep.cms;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
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
    byte[] element = end == in.length ? in : Arrays.copyOf(in, end);
    return read(code, () -> ASN1Primitive.fromByteArray(element));
  }

  /// Reads a name to its last part, which the parser would put off until somebody prints it.
  ///
  /// @throws IllegalArgumentException if that fails; to be called within {@link #read}
  static X500Name name(ASN1Encodable element) {
    X500Name name = X500Name.getInstance(element);
    requireReadable(name);
    return name;
  }

  /// Refuses a name with a part that cannot be read, printed or compared, so that nobody after us
  /// is surprised by it.
  ///
  /// @throws RuntimeException of many kinds if there is one; to be called where that is caught
  static void requireReadable(X500Name name) {
    for (RDN part : name.getRDNs()) {
      if (part.getTypesAndValues().length == 0) {
        throw new IllegalArgumentException("an empty part of a name");
      }
    }
    var _ = name.toString();
    var _ = name.hashCode();
  }
}
