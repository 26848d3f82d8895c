package org.certctl.issuer;

import org.certctl.pki.IssuedCertificate;

/// An issuer's answer.
public sealed interface IssueResult {

  /// The certificate.
  record Issued(IssuedCertificate certificate) implements IssueResult {}

  /// The issuer will not issue this; a repeat does not help.
  record Refused(String explanation) implements IssueResult {}

  /// The issuer could not be asked or did not answer; a repeat may help.
  record Unavailable(String explanation) implements IssueResult {}
}
