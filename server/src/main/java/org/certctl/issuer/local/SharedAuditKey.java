package org.certctl.issuer.local;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;

/// The key that seals the audit trail, in the database that the nodes share, itself sealed.
///
/// @param keys where it is
/// @param providers use it
/// @param sealing seals and opens it
public record SharedAuditKey(SealedKeys keys, CryptoProviders providers, KeySealing sealing) {

  private static final String SCOPE = "audit";
  private static final long ONLY = 1;

  /// The key, if it is there.
  ///
  /// @throws KeyMaterialException when it was sealed under another encryption key, or altered
  public Optional<SigningKey> find() throws StoreUnavailableException, KeyMaterialException {
    List<SealedKey> all = keys.keys(SCOPE);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    byte[] pkcs8 = sealing.open(all.getFirst());
    try {
      return Optional.of(SigningKey.ofPkcs8(pkcs8, all.getFirst().sealedAs(), providers));
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /// Puts the key there, and tells the audit trail of it. When this returns true, both are durable.
  ///
  /// @param key is in memory
  /// @return false, with nothing changed, when there is one
  public boolean add(SigningKey key, AuditEvent event) throws StoreUnavailableException {
    return keys.add(
        sealing.seal(SCOPE, ONLY, publicHalf(key), key.revealPkcs8()), sealing::isInForce, event);
  }

  private static ByteString publicHalf(SigningKey key) {
    try {
      return ByteString.of(key.publicKeyInfo().getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }
}
