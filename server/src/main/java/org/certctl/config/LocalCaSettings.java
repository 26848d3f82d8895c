package org.certctl.config;

import java.nio.file.Path;

/// The issuer `iss-local`: a CA whose key lies in a file.
///
/// @param certPath PEM: the issuing CA first, then the chain up to and with the root
/// @param keyPath PEM: the private key of the issuing CA
public record LocalCaSettings(Path certPath, Path keyPath) {

  /// The id of the issuer that these settings describe.
  public static final String ISSUER_ID = "iss-local";
}
