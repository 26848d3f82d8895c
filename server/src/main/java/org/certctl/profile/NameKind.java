package org.certctl.profile;

import org.bouncycastle.asn1.x509.GeneralName;

/// The kinds of subject alternative names (RFC 5280, section 4.2.1.6), with the userPrincipalName
/// of Microsoft apart from other otherNames.
public enum NameKind {
  /// dNSName.
  DNS,
  /// iPAddress.
  IP,
  /// rfc822Name.
  EMAIL,
  /// uniformResourceIdentifier.
  URI,
  /// otherName userPrincipalName.
  UPN,
  /// directoryName.
  DIRECTORY,
  /// registeredID.
  REGISTERED_ID,
  /// Any other.
  OTHER;

  /// The kind of a name.
  ///
  /// @param text the same name as `SubjectAltNames` writes it
  static NameKind of(GeneralName name, String text) {
    return switch (name.getTagNo()) {
      case GeneralName.dNSName -> DNS;
      case GeneralName.iPAddress -> IP;
      case GeneralName.rfc822Name -> EMAIL;
      case GeneralName.uniformResourceIdentifier -> URI;
      case GeneralName.directoryName -> DIRECTORY;
      case GeneralName.registeredID -> REGISTERED_ID;
      default -> text.startsWith("UPN:") ? UPN : OTHER;
    };
  }
}
