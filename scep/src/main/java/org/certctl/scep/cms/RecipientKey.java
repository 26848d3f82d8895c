package org.certctl.scep.cms;

import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.KeyTransport;

/// A private key that opens envelopes, with the certificate requesters encrypt to.
public interface RecipientKey {
  /// The certificate of the key.
  X509CertificateHolder certificate();

  /// Decrypts a content key.
  ///
  /// When the ciphertext is bad in any way, or holds a key of another length, an unpredictable key
  /// of the asked length is returned, in the same time; nothing tells the caller. This keeps the
  /// key from being used as an oracle (RFC 3218).
  ///
  /// @throws KeyUnavailableException when the key cannot be used at all now
  byte[] unwrap(KeyTransport transport, byte[] encryptedKey, int keyLengthBytes)
      throws KeyUnavailableException;
}
