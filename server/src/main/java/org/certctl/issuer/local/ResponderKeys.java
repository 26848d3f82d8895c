package org.certctl.issuer.local;

import java.security.SecureRandom;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;

/// Where OCSP responders have their keys from.
public interface ResponderKeys {

  /// The key that is certified next.
  SigningKey next();

  /// Whether responders may go on with the key of a certificate: if not, {@link #next} takes its
  /// place.
  boolean allow(X509CertificateHolder certificate);

  /// A new key of this kind for each certificate.
  ///
  /// @param type which keys are made
  /// @param providers make and use them
  /// @param random makes them
  static ResponderKeys made(KeyType type, CryptoProviders providers, SecureRandom random) {
    return new ResponderKeys() {
      @Override
      public SigningKey next() {
        return SigningKey.generate(type, providers, random);
      }

      @Override
      public boolean allow(X509CertificateHolder certificate) {
        return KeyType.of(certificate.getSubjectPublicKeyInfo()).filter(type::equals).isPresent();
      }
    };
  }
}
