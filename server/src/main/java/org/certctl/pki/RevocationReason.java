package org.certctl.pki;

import java.util.Locale;
import java.util.Optional;

/// Why a certificate is no longer good (RFC 5280, section 5.3.1).
public enum RevocationReason {
  /// No reason was given.
  UNSPECIFIED(0, "unspecified"),
  /// The private key is in other hands, or may be.
  KEY_COMPROMISE(1, "keyCompromise"),
  /// The private key of a CA is in other hands, or may be.
  CA_COMPROMISE(2, "cACompromise"),
  /// The subject's name or affiliation has changed.
  AFFILIATION_CHANGED(3, "affiliationChanged"),
  /// Another certificate has taken its place.
  SUPERSEDED(4, "superseded"),
  /// It is needed no more.
  CESSATION_OF_OPERATION(5, "cessationOfOperation"),
  /// Not good for the time being; the only reason that can be taken back.
  CERTIFICATE_HOLD(6, "certificateHold"),
  /// The subject has lost a privilege that the certificate stands for.
  PRIVILEGE_WITHDRAWN(9, "privilegeWithdrawn"),
  /// The private key of an attribute authority is in other hands, or may be.
  AA_COMPROMISE(10, "aACompromise");

  private final int code;
  private final String wireValue;

  RevocationReason(int code, String wireValue) {
    this.code = code;
    this.wireValue = wireValue;
  }

  /// The number in CRLs and OCSP answers.
  public int code() {
    return code;
  }

  /// The name in RFC 5280, which is also the one in the audit trail and on the command line.
  public String wireValue() {
    return wireValue;
  }

  /// The reason with this number; absent for 7, which is unused, and 8 (removeFromCRL), which is no
  /// reason.
  public static Optional<RevocationReason> ofCode(int code) {
    for (RevocationReason reason : values()) {
      if (reason.code == code) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }

  /// The reason of this name, whatever its case, with or without hyphens or underscores.
  public static Optional<RevocationReason> ofName(String name) {
    String wanted = plain(name);
    for (RevocationReason reason : values()) {
      if (plain(reason.wireValue).equals(wanted)) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
