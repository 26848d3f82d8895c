package org.certctl.audit;

/// Where a request came from.
///
/// @param requestId the id that stands in the log and in the answer's `X-Request-Id`
/// @param sourceAddress the peer's address as text; proves nothing about the sender
/// @param userAgent what the client calls itself, at most 256 characters; empty when it said
///   nothing
/// @param clientCertificate the subject of the TLS client certificate that the request came in
///   behind, which a trusted CA vouches for, at most 256 characters; empty when none was wanted
public record Origin(
    String requestId, String sourceAddress, String userAgent, String clientCertificate) {

  private static final int MAX_CHARS = 256;

  /// Cuts overlong texts.
  public Origin {
    userAgent = cut(userAgent);
    clientCertificate = cut(clientCertificate);
  }

  /// Without a client certificate.
  public Origin(String requestId, String sourceAddress, String userAgent) {
    this(requestId, sourceAddress, userAgent, "");
  }

  private static String cut(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
  }
}
