package org.certctl.scep.client;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.cms.ScepCrypto;

/// Signs what is written to it with an RSA or EC key, for Bouncy Castle's builders. One use each.
public final class JcaContentSigner implements ContentSigner {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final AlgorithmIdentifier algorithm;
  private final Signature signature;

  /// Makes a signer.
  ///
  /// @throws IllegalArgumentException if the key cannot sign with this digest
  public JcaContentSigner(PrivateKey key, DigestAlgorithm digest, ScepCrypto crypto) {
    boolean ec = key.getAlgorithm().equals("EC");
    this.algorithm = ec ? ecdsa(digest) : rsa(digest);
    String name = digest.signatureName() + (ec ? "withECDSA" : "withRSA");
    try {
      this.signature =
          crypto.signature(name).orElseThrow(() -> new IllegalArgumentException("no " + name));
      this.signature.initSign((PrivateKey) crypto.keyFactory(ec ? "EC" : "RSA").translateKey(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the key cannot sign with " + name, e);
    }
  }

  private static AlgorithmIdentifier rsa(DigestAlgorithm digest) {
    String branch =
        switch (digest) {
          case MD5 -> "4";
          case SHA1 -> "5";
          case SHA224 -> "14";
          case SHA256 -> "11";
          case SHA384 -> "12";
          case SHA512 -> "13";
        };
    return new AlgorithmIdentifier(
        new ASN1ObjectIdentifier("1.2.840.113549.1.1." + branch), DERNull.INSTANCE);
  }

  /// ECDSA with a digest (RFC 5753, section 7.1.3).
  static AlgorithmIdentifier ecdsa(DigestAlgorithm digest) {
    String branch =
        switch (digest) {
          case MD5 -> throw new IllegalArgumentException("ECDSA with MD5 does not exist");
          case SHA1 -> "1";
          case SHA224 -> "3.1";
          case SHA256 -> "3.2";
          case SHA384 -> "3.3";
          case SHA512 -> "3.4";
        };
    return new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4." + branch));
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return algorithm;
  }

  @Override
  public OutputStream getOutputStream() {
    return written;
  }

  @Override
  public byte[] getSignature() {
    try {
      signature.update(written.toByteArray());
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }
}
