package org.certctl.scep;

/// How a content key is encrypted to an RSA key, with the parameters a reply needs to use the same.
public sealed interface KeyTransport {
  /// RSAES-PKCS1-v1_5, what nearly all requesters use.
  KeyTransport RSA_PKCS1 = new RsaPkcs1();

  /// RSAES-OAEP with SHA-1 throughout, the algorithm's defaults.
  KeyTransport RSA_OAEP_SHA1 = new RsaOaep(DigestAlgorithm.SHA1, DigestAlgorithm.SHA1);

  /// RSAES-OAEP with SHA-256 throughout.
  KeyTransport RSA_OAEP_SHA256 = new RsaOaep(DigestAlgorithm.SHA256, DigestAlgorithm.SHA256);

  /// The family, which a policy allows or refuses.
  Kind kind();

  /// The families of key transport.
  enum Kind {
    /// RSAES-PKCS1-v1_5.
    RSA_PKCS1,
    /// RSAES-OAEP.
    RSA_OAEP
  }

  /// RSAES-PKCS1-v1_5 (RFC 8017, section 7.2).
  record RsaPkcs1() implements KeyTransport {
    @Override
    public Kind kind() {
      return Kind.RSA_PKCS1;
    }
  }

  /// RSAES-OAEP (RFC 8017, section 7.1) with an empty label.
  record RsaOaep(DigestAlgorithm digest, DigestAlgorithm maskDigest) implements KeyTransport {
    @Override
    public Kind kind() {
      return Kind.RSA_OAEP;
    }
  }
}
