package org.certctl.pki;

/// What came of looking at the certificate of a TLS client.
public enum ClientVerdict {
  /// A CA that is trusted for this vouches for it.
  TRUSTED("trusted"),
  /// The client sent none.
  MISSING("a client certificate is required"),
  /// It is not valid yet, or no longer.
  NOT_IN_FORCE("the client certificate is not in force"),
  /// Its key usage or extended key usage leaves TLS clients out.
  NOT_FOR_CLIENTS("the client certificate is not for TLS clients"),
  /// No chain leads from it to a trusted CA.
  UNTRUSTED("the client certificate is not from a trusted CA");

  private final String text;

  ClientVerdict(String text) {
    this.text = text;
  }

  /// A few words for the client.
  public String text() {
    return text;
  }
}
