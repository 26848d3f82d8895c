package org.certctl.config;

import java.nio.file.Path;
import org.certctl.keys.KeyLocation;

/// The issuer `iss-local`: a CA whose key is in a file or on a token.
///
/// @param certPath the issuing CA first, then the chain up to and with the root
/// @param key the private key of the issuing CA
public record LocalCaSettings(Path certPath, KeyLocation key) {

  /// The id of the issuer that these settings describe.
  public static final String ISSUER_ID = "iss-local";
}
