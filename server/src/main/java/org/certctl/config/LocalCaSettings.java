package org.certctl.config;

import java.nio.file.Path;
import org.certctl.keys.KeyLocation;

/// The issuer `iss-local`: where the CA here is, and those that are prepared to follow it.
public sealed interface LocalCaSettings {

  /// The id of the issuer that these settings describe.
  String ISSUER_ID = "iss-local";

  /// A CA whose key is in a file or on a token; those that follow it are in the data directory.
  ///
  /// @param certPath the issuing CA first, then the chain up to and with the root
  /// @param key the private key of the issuing CA; not in the database
  record InFiles(Path certPath, KeyLocation key) implements LocalCaSettings {}

  /// CAs in the database that all nodes share, with their chains, sealed.
  record InDatabase() implements LocalCaSettings {}
}
