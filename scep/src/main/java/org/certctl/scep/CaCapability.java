package org.certctl.scep;

import java.util.Optional;

/// A capability a CA announces (RFC 8894, section 3.5.2), in the order they are written.
///
/// The announcement is not authenticated: it helps requesters choose and protects nothing.
public enum CaCapability {
  /// PKIOperation by POST.
  POST_PKI_OPERATION("POSTPKIOperation"),
  /// The GetNextCACert operation.
  GET_NEXT_CA_CERT("GetNextCACert"),
  /// The RenewalReq message.
  RENEWAL("Renewal"),
  /// SHA-512 as message digest.
  SHA_512("SHA-512"),
  /// SHA-384 as message digest; not in the RFC, but strongSwan 5.9.8 to 5.9.10 needs to see it.
  SHA_384("SHA-384"),
  /// SHA-256 as message digest.
  SHA_256("SHA-256"),
  /// SHA-1 as message digest.
  SHA_1("SHA-1"),
  /// Triple DES in CBC mode.
  DES3("DES3"),
  /// AES-128 in CBC mode.
  AES("AES"),
  /// Everything RFC 8894 makes mandatory, and neither DES nor MD5.
  SCEP_STANDARD("SCEPStandard");

  private final String keyword;

  CaCapability(String keyword) {
    this.keyword = keyword;
  }

  /// The keyword in its exact case.
  public String keyword() {
    return keyword;
  }

  /// The capability with exactly this keyword.
  public static Optional<CaCapability> ofKeyword(String keyword) {
    for (CaCapability capability : values()) {
      if (capability.keyword.equals(keyword)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }
}
