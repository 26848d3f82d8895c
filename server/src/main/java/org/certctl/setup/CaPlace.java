package org.certctl.setup;

import java.security.SecureRandom;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.LocalCaSettings;
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;

/// Where the CAs of an installation are, each with its key and its chain: the first, and those that
/// were prepared to follow it, by the numbers of their generations.
public interface CaPlace {

  /// The one that the configuration names.
  ///
  /// @param ca what it says
  /// @param keys the keys in the database
  static CaPlace of(
      Configuration configuration,
      LocalCaSettings ca,
      SealedKeys keys,
      CryptoProviders providers,
      SecureRandom random) {
    return switch (ca) {
      case LocalCaSettings.InFiles files -> CasInFiles.of(configuration, files, providers);
      case LocalCaSettings.InDatabase _ ->
          new CasInDatabase(
              new SharedCas(keys, providers, new KeySealing(configuration.encryption(), random)));
    };
  }

  /// The chain of a CA, the issuing certificate first.
  ///
  /// @throws KeyMaterialException when it cannot be read
  CertificateChain chain(int number) throws KeyMaterialException, StoreUnavailableException;

  /// The key and the chain of a CA.
  ///
  /// @throws KeyMaterialException when they cannot be used
  KeyPairFiles read(int number) throws KeyMaterialException, StoreUnavailableException;

  /// SHA-256 of the issuing certificate as it was when the CA was prepared.
  ///
  /// @throws KeyMaterialException when it cannot be read
  Sha256 fingerprint(int number) throws KeyMaterialException, StoreUnavailableException;

  /// Whether another CA has certified this one, for a request of ours.
  boolean isCertifiedElsewhere(int number) throws StoreUnavailableException;

  /// What a CA is called in messages.
  String nameOf(int number);
}
