package org.certctl.challenge.connector;

/// The kinds of names that a token binds a request to.
public enum Dimension {
  /// The common names in the subject.
  COMMON_NAME("device_name", "CN"),
  /// dNSName.
  DNS("san_dns", "DNS"),
  /// rfc822Name.
  EMAIL("san_rfc822", "email"),
  /// The userPrincipalName otherName of Microsoft.
  UPN("san_upn", "UPN"),
  /// uniformResourceIdentifier.
  URI("san_uri", "URI");

  private final String claim;
  private final String label;

  Dimension(String claim, String label) {
    this.claim = claim;
    this.label = label;
  }

  /// The claim that names it.
  public String claim() {
    return claim;
  }

  /// What it is called in texts.
  String label() {
    return label;
  }
}
