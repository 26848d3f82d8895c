package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.enroll.ApprovalRules;

/// One SCEP endpoint.
///
/// @param name the profile's name: a-z, 0-9 and inner hyphens; `default` for the single endpoint
/// @param path where it is served: `/scep/<name>`, or `/scep` for the single endpoint
/// @param issuerId which issuer makes its certificates
/// @param profileId which certificate profile its requests must meet
/// @param challenges which challenges it takes
/// @param ra the RA that the operator supplies; absent when the CA makes and renews one itself
/// @param protocol how it speaks SCEP
/// @param approval which new enrollments wait for a human
/// @param renewal when its certificates authorise their own renewal
/// @param clientCaBundle PEM with the CAs whose clients are trusted at `/scep-mtls/<name>`; absent
///   when the profile is not served there
public record ScepProfileSettings(
    String name,
    String path,
    String issuerId,
    String profileId,
    ChallengeSettings challenges,
    Optional<RaFiles> ra,
    ScepProtocolSettings protocol,
    ApprovalRules approval,
    RenewalSettings renewal,
    Optional<Path> clientCaBundle) {

  /// The path of the single endpoint, and what the paths of all others begin with.
  public static final String ROOT_PATH = "/scep";

  /// The name of the single endpoint's profile.
  public static final String SINGLE_NAME = "default";
}
