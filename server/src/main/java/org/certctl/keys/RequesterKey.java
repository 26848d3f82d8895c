package org.certctl.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import org.certctl.keys.KeyMaterialException.Fault;

/// The key of a SCEP client. An RSA key signs requests and opens the answers; an EC key can only
/// sign, and needs a password to be answered (RFC 8894, section 3.1).
public final class RequesterKey {

  private final SigningKey key;
  private final KeyPair keyPair;

  private RequesterKey(SigningKey key, CryptoProviders providers) {
    this.key = key;
    String algorithm = key.isRsa() ? "RSA" : "EC";
    try {
      this.keyPair =
          new KeyPair(
              java.security.KeyFactory.getInstance(
                      algorithm, providers.offering("KeyFactory." + algorithm))
                  .generatePublic(new X509EncodedKeySpec(key.publicKeyInfo().getEncoded())),
              key.privateKey());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the public half of a sound key must be sound", e);
    }
  }

  /// Makes a new key. Nothing is written anywhere.
  public static RequesterKey generate(
      KeyType type, CryptoProviders providers, SecureRandom random) {
    return new RequesterKey(SigningKey.generate(type, providers, random), providers);
  }

  /// The one private key in a PEM file.
  ///
  /// @throws KeyMaterialException when the file cannot be used or the key is neither RSA nor EC
  public static RequesterKey read(Path file, CryptoProviders providers)
      throws KeyMaterialException {
    SigningKey key = SigningKey.read(file, providers);
    if (!key.privateKey().getAlgorithm().equals("RSA")
        && !key.privateKey().getAlgorithm().equals("EC")) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "the key in " + file + " is neither RSA nor EC",
          "name a file that does not exist, and a key is made there");
    }
    return new RequesterKey(key, providers);
  }

  /// Whether answers can be encrypted to it.
  public boolean canEncrypt() {
    return key.isRsa();
  }

  /// Both halves.
  public KeyPair keyPair() {
    return keyPair;
  }

  /// Writes the key as PEM (PKCS#8), readable by its owner only (mode 0600). When this returns, it
  /// is on disk.
  public void write(Path file) throws IOException {
    key.write(file);
  }

  @Override
  public String toString() {
    return "RequesterKey[redacted]";
  }
}
