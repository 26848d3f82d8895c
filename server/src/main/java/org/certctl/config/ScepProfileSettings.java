package org.certctl.config;

import java.nio.file.Path;
import org.certctl.secret.Secret;

/// One SCEP endpoint.
///
/// @param name the profile's name: a-z, 0-9 and inner hyphens; `default` for the single endpoint
/// @param path where it is served: `/scep/<name>`, or `/scep` for the single endpoint
/// @param issuerId which issuer makes its certificates
/// @param profileId which certificate profile its requests must meet
/// @param challengePassword the static challenge
/// @param raCertPath PEM: the RA certificate
/// @param raKeyPath PEM: the RA's private key
/// @param protocol how it speaks SCEP
public record ScepProfileSettings(
    String name,
    String path,
    String issuerId,
    String profileId,
    Secret challengePassword,
    Path raCertPath,
    Path raKeyPath,
    ScepProtocolSettings protocol) {

  /// The path of the single endpoint, and what the paths of all others begin with.
  public static final String ROOT_PATH = "/scep";

  /// The name of the single endpoint's profile.
  public static final String SINGLE_NAME = "default";
}
