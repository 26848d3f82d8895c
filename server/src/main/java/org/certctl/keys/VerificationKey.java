package org.certctl.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.Sha256;

/// A public key that verifies what a {@link SigningKey} signed.
public final class VerificationKey {

  private final SubjectPublicKeyInfo publicKeyInfo;
  private final Sha256 digest;
  private final PublicKey publicKey;
  private final Provider provider;
  private final KeyScheme scheme;

  private VerificationKey(
      SubjectPublicKeyInfo publicKeyInfo,
      Sha256 digest,
      PublicKey publicKey,
      Provider provider,
      KeyScheme scheme) {
    this.publicKeyInfo = publicKeyInfo;
    this.digest = digest;
    this.publicKey = publicKey;
    this.provider = provider;
    this.scheme = scheme;
  }

  /// Takes a public key: RSA, EC on P-256 or P-384, or Ed25519.
  ///
  /// @throws KeyMaterialException when it is of another kind or malformed
  public static VerificationKey of(SubjectPublicKeyInfo publicKey, CryptoProviders providers)
      throws KeyMaterialException {
    KeyScheme scheme =
        KeyScheme.of(publicKey.getAlgorithm())
            .orElseThrow(() -> SigningKey.unsupported("the public key"));
    Provider provider =
        providers.offering(
            "KeyFactory." + scheme.keyAlgorithm(), "Signature." + scheme.signatureAlgorithm());
    try {
      byte[] encoded = publicKey.getEncoded(ASN1Encoding.DER);
      PublicKey key =
          KeyFactory.getInstance(scheme.keyAlgorithm(), provider)
              .generatePublic(new X509EncodedKeySpec(encoded));
      return new VerificationKey(publicKey, Sha256.over(encoded), key, provider, scheme);
    } catch (GeneralSecurityException | IOException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED, "the public key is malformed", "take it anew from its owner", e);
    }
  }

  /// The public key in a PEM file.
  ///
  /// @throws KeyMaterialException when the file is missing, unreadable or holds no such key
  public static VerificationKey read(Path file, CryptoProviders providers)
      throws KeyMaterialException {
    return of(PemFile.publicKey(file), providers);
  }

  /// Whether the signature over these octets was made by this key's private half; false for
  /// anything malformed.
  public boolean verifies(byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(scheme.signatureAlgorithm(), provider);
      verifier.initVerify(publicKey);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /// Whether it is an RSA key; it then verifies SHA256withRSA.
  public boolean isRsa() {
    return scheme == KeyScheme.RSA;
  }

  /// Whether it is an EC key on P-256; it then verifies SHA256withECDSA, signatures in DER.
  public boolean isP256() {
    return scheme == KeyScheme.P_256;
  }

  /// The key as it stands in certificates (RFC 5280, section 4.1.2.7).
  public SubjectPublicKeyInfo publicKeyInfo() {
    return publicKeyInfo;
  }

  /// SHA-256 of the key as it stands in certificates, in DER.
  public Sha256 digest() {
    return digest;
  }

  /// The key as PEM: `BEGIN PUBLIC KEY`.
  public String pem() {
    try {
      return PemFile.text("PUBLIC KEY", publicKeyInfo.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed key could not be encoded", e);
    }
  }

  /// Writes the key as PEM, readable by all. When this returns, it is on disk.
  public void write(Path file) throws IOException {
    DurableFile.writePublic(file, pem().getBytes(StandardCharsets.US_ASCII));
  }
}
