package org.certctl.setup;

import java.security.SecureRandom;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.issuer.local.SharedAuditKey;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;

/// The key that seals the audit trail, wherever it is.
public final class AuditKeys {

  private static final String OPTION = "CERTCTL_AUDIT_KEY_PATH";

  private AuditKeys() {}

  /// The key that the configuration names.
  ///
  /// @param keys the keys in the database
  /// @throws KeyMaterialException when it cannot be used, or is not there
  public static SigningKey read(
      Configuration configuration, SealedKeys keys, CryptoProviders providers, SecureRandom random)
      throws KeyMaterialException, StoreUnavailableException {
    if (!(configuration.audit().key() instanceof KeyLocation.InDatabase)) {
      return SigningKey.read(configuration.audit().key(), Optional.empty(), providers);
    }
    return new SharedAuditKey(keys, providers, new KeySealing(configuration.encryption(), random))
        .find()
        .orElseThrow(() -> KeyMaterialException.notInDatabase(OPTION, "the audit key"));
  }
}
