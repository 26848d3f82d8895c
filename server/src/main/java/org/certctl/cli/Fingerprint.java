package org.certctl.cli;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bouncycastle.cert.X509CertificateHolder;

/// The digests by which people and devices compare certificates. Only SHA-256 proves that two are
/// the same; the others are there because old displays show nothing else.
public enum Fingerprint {
  /// SHA-256.
  SHA_256("SHA-256"),
  /// SHA-1.
  SHA_1("SHA-1"),
  /// MD5.
  MD5("MD5");

  private final String algorithm;

  Fingerprint(String algorithm) {
    this.algorithm = algorithm;
  }

  /// The name of the digest.
  public String algorithm() {
    return algorithm;
  }

  /// The digest of a certificate in the usual form: `AB:CD:…`.
  public String of(X509CertificateHolder certificate) {
    try {
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("no fingerprint could be made", e);
    }
  }
}
