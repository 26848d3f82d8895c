package org.certctl.enroll;

/// Why a certificate does not authorise its renewal; the codes are stable and go to metrics, audit,
/// logs and, for a RenewalReq, to the device.
public enum RenewalRefusal {
  /// The endpoint renews nothing.
  OFF("renewal_off"),
  /// The message is signed with no certificate, or with a self-signed one.
  SIGNER_SELF_SIGNED("renewal_signer_self_signed"),
  /// The message is signed over a digest that proves nothing.
  DIGEST_WEAK("renewal_digest_weak"),
  /// The message is signed with the key of a CA or RA.
  SIGNER_RESERVED("renewal_signer_reserved"),
  /// No certificate of ours has exactly these octets.
  SIGNER_UNKNOWN("renewal_signer_unknown"),
  /// The certificate was issued at another endpoint.
  SIGNER_ELSEWHERE("renewal_signer_elsewhere"),
  /// The certificate is revoked or held.
  SIGNER_REVOKED("renewal_signer_revoked"),
  /// The certificate is not valid yet.
  SIGNER_NOT_YET_VALID("renewal_signer_not_yet_valid"),
  /// The certificate has ended, and the grace with it.
  SIGNER_EXPIRED("renewal_signer_expired"),
  /// The certificate has too long to live.
  TOO_EARLY("renewal_too_early"),
  /// Subject or names are not those of the certificate.
  IDENTITY_CHANGED("renewal_identity_changed"),
  /// The request asks for more usages than the certificate has.
  USAGE_EXTENDED("renewal_usage_extended"),
  /// The new key is certified for somebody else.
  KEY_OF_ANOTHER("renewal_key_of_another");

  private final String code;

  RenewalRefusal(String code) {
    this.code = code;
  }

  /// The stable code.
  public String code() {
    return code;
  }
}
