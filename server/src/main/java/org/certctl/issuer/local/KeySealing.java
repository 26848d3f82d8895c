package org.certctl.issuer.local;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;

/// Seals keys for the database and opens them, each bound to its owner and its certificate.
///
/// @param encryption seals them; must be on
/// @param random for encryption
public record KeySealing(KeyEncryption encryption, SecureRandom random) {

  /// Seals a key, which is not announced yet.
  ///
  /// @param clear what is sealed; overwritten
  SealedKey seal(String scope, long number, ByteString certificate, byte[] clear) {
    byte[] sealed = encryption.seal(SealedKey.sealedAs(scope, certificate), clear, random);
    Arrays.fill(clear, (byte) 0);
    return new SealedKey(scope, number, certificate, ByteString.of(sealed), Optional.empty());
  }

  /// Whether an {@link SealedKeys#ENCRYPTION_CHECK} was sealed under the same encryption key.
  boolean isInForce(ByteString check) {
    try {
      var _ =
          encryption.open(
              SealedKeys.INSTALLATION + "/" + SealedKeys.ENCRYPTION_CHECK, check.octets());
      return true;
    } catch (KeyMaterialException e) {
      return false;
    }
  }

  /// What was sealed; to be overwritten after use.
  ///
  /// @throws KeyMaterialException when it was sealed under another encryption key, or altered
  byte[] open(SealedKey sealed) throws KeyMaterialException {
    return encryption.open(sealed.sealedAs(), sealed.sealed().octets());
  }
}
