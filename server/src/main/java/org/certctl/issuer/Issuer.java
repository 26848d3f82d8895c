package org.certctl.issuer;

/// Signs certificates: the built-in local CA or a CA elsewhere.
public interface Issuer {

  /// The id operators know it by, such as `iss-local`.
  String id();

  /// Asks for a certificate.
  ///
  /// Repeating an order with the same key is safe: at most one certificate comes of it, or several
  /// that say the same and carry the same serial number. Safe to call from many threads at once.
  IssueResult issue(IssueOrder order);
}
