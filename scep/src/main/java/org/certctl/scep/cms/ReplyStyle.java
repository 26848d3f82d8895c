package org.certctl.scep.cms;

/// How an endpoint answers where RFC 8894 leaves a choice and clients differ.
///
/// @param followsAlgorithms whether digest and cipher of a reply are those of the request, if they
///   are allowed; otherwise every reply has SHA-256 and AES-128-CBC
/// @param followsOaep whether a request by OAEP is answered with OAEP; otherwise every reply has
///   PKCS#1 v1.5
/// @param emptyContentPresent whether a FAILURE or PENDING carries an empty eContent; RFC 8894 has
///   none there, and readers made of OpenSSL's `PKCS7_verify`, certmonger among them, cannot read
///   that. The message digest is the same
public record ReplyStyle(
    boolean followsAlgorithms, boolean followsOaep, boolean emptyContentPresent) {

  /// As the request came, and eContent absent where there is nothing to say.
  public static ReplyStyle defaults() {
    return new ReplyStyle(true, true, false);
  }
}
