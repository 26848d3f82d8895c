package org.certctl.keys;

import java.nio.file.Path;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;

/// A private key with the certificate that certifies it, known to belong together.
///
/// @param key the private key
/// @param chain the certificate of the key, then whatever else its file holds
public record KeyPairFiles(SigningKey key, CertificateChain chain) {

  /// @throws IllegalArgumentException when the key is not the one that the first certificate
  ///   certifies
  public KeyPairFiles {
    if (!key.belongsTo(chain.first())) {
      throw new IllegalArgumentException("the key does not belong to the certificate");
    }
  }

  /// Reads both files, neither of which needs a password.
  ///
  /// @throws KeyMaterialException when one of them cannot be used, or they do not belong together
  public static KeyPairFiles read(Path certificateFile, Path keyFile, CryptoProviders providers)
      throws KeyMaterialException {
    return read(certificateFile, KeyLocation.of(keyFile), providers);
  }

  /// Reads the certificates and the key, which may be in the same PKCS #12 file.
  ///
  /// @throws KeyMaterialException when one of them cannot be used, or they do not belong together
  public static KeyPairFiles read(
      Path certificateFile, KeyLocation keyLocation, CryptoProviders providers)
      throws KeyMaterialException {
    CertificateChain chain = CertificateChain.read(certificateFile, keyLocation);
    SigningKey key =
        SigningKey.read(
            keyLocation, Optional.of(chain.first().getSubjectPublicKeyInfo()), providers);
    if (!key.belongsTo(chain.first())) {
      throw KeyMaterialException.mismatch(keyLocation, certificateFile);
    }
    return new KeyPairFiles(key, chain);
  }

  /// That its certificate has the name and the key that the first of a file has.
  ///
  /// @throws KeyMaterialException when not, or when that cannot be read
  public void requireSameNameAndKey(Path earlier) throws KeyMaterialException {
    if (!hasSameNameAndKey(CertificateChain.read(earlier).first())) {
      throw new KeyMaterialException(
          KeyMaterialException.Fault.MISMATCH,
          "the certificate beside " + earlier + " has another name or key",
          "put one in its place that is of the same CA");
    }
  }

  /// Whether its certificate has the name and the key of this one.
  public boolean hasSameNameAndKey(X509CertificateHolder other) {
    X509CertificateHolder present = chain.first();
    return other.getSubject().equals(present.getSubject())
        && other.getSubjectPublicKeyInfo().equals(present.getSubjectPublicKeyInfo());
  }
}
