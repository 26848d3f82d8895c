package org.certctl.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.issuer.local.KeyFolders;
import org.certctl.issuer.local.KeyPlace;
import org.certctl.issuer.local.SharedKeyPlace;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.secret.Secret;
import org.certctl.setup.AuditKeys;
import org.certctl.store.Store;
import org.slf4j.LoggerFactory;

/// Where the keys are that the server makes for itself: in the database, where several nodes may
/// share one and there is an encryption key; else in files of the data directory.
record OwnKeys(
    Configuration configuration,
    Store store,
    CryptoProviders providers,
    SecureRandom random,
    Clock clock) {

  /// Those of RAs, by endpoint.
  KeyPlace ofRas() {
    return place("ra", configuration.raFolder());
  }

  /// Those of OCSP responders, by issuer.
  KeyPlace ofOcspResponders() {
    return place("ocsp", configuration.ocspFolder());
  }

  private KeyPlace place(String kind, Path folder) {
    return configuration.sharesKeys()
        ? new SharedKeyPlace(
            kind, store.sealedKeys(), providers, configuration.encryption(), random, clock)
        : new KeyFolders(folder, providers, configuration.encryption(), random);
  }

  /// The key that seals the audit trail.
  ///
  /// @throws KeyMaterialException when it cannot be used, or is not where it is said to be
  SigningKey auditKey() throws KeyMaterialException, StoreUnavailableException {
    return AuditKeys.read(configuration, store.sealedKeys(), providers, random);
  }

  /// The secret under which challenges are kept; made when there is none.
  ///
  /// @throws KeyMaterialException when it cannot be opened, or this node has another encryption key
  ///   than the others
  static Secret challengeMac(Configuration configuration, Store store, SecureRandom random)
      throws IOException, KeyMaterialException, StoreUnavailableException {
    Path file = configuration.challengeMacKeyFile();
    SharedSecret shared = new SharedSecret(store.sealedKeys(), configuration.encryption());
    if (!configuration.sharesKeys()) {
      shared.requireNone();
      return InstallationSecret.readOrCreate(file, configuration.encryption(), random);
    }
    shared.requireSameEncryptionKey(random);
    boolean hasFile = Files.exists(file);
    Secret own =
        hasFile
            ? InstallationSecret.read(file, configuration.encryption())
            : InstallationSecret.random(random);
    Secret inForce = shared.readOrNote(own, random);
    if (hasFile && !inForce.matches(own)) {
      LoggerFactory.getLogger(OwnKeys.class)
          .atWarn()
          .addKeyValue("file", file)
          .log("not used: another secret for challenges is in the database");
    }
    return inForce;
  }
}
