package org.certctl.keys;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.spec.X509EncodedKeySpec;
import org.certctl.keys.KeyMaterialException.Fault;

/// The RSA key of a SCEP client: it signs requests and opens the answers, therefore it is RSA (RFC
/// 8894, section 3.1).
public final class RequesterKey {

  private final SigningKey key;
  private final KeyPair keyPair;

  private RequesterKey(SigningKey key, CryptoProviders providers) {
    this.key = key;
    try {
      this.keyPair =
          new KeyPair(
              java.security.KeyFactory.getInstance("RSA", providers.offering("KeyFactory.RSA"))
                  .generatePublic(new X509EncodedKeySpec(key.publicKeyInfo().getEncoded())),
              key.privateKey());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the public half of a sound key must be sound", e);
    }
  }

  /// Makes a new key. Nothing is written anywhere.
  ///
  /// @throws IllegalArgumentException when the type is not RSA
  public static RequesterKey generate(
      KeyType type, CryptoProviders providers, SecureRandom random) {
    if (type.scheme() != KeyScheme.RSA) {
      throw new IllegalArgumentException("SCEP needs an RSA key, not " + type);
    }
    return new RequesterKey(SigningKey.generate(type, providers, random), providers);
  }

  /// The one private key in a PEM file.
  ///
  /// @throws KeyMaterialException when the file cannot be used or the key is not RSA
  public static RequesterKey read(Path file, CryptoProviders providers)
      throws KeyMaterialException {
    SigningKey key = SigningKey.read(file, providers);
    if (!key.isRsa()) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "the key in " + file + " is not RSA, and SCEP encrypts the answer to it",
          "name a file that does not exist, and an RSA key is made there");
    }
    return new RequesterKey(key, providers);
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
