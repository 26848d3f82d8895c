package org.certctl.audit;

/// Where a request came from.
///
/// @param requestId the id that stands in the log and in the answer's `X-Request-Id`
/// @param sourceAddress the peer's address as text; proves nothing about the sender
/// @param userAgent what the client calls itself, at most 256 characters; empty when it said
///   nothing
public record Origin(String requestId, String sourceAddress, String userAgent) {

  private static final int MAX_USER_AGENT_CHARS = 256;

  /// Cuts an overlong user agent.
  public Origin {
    if (userAgent.length() > MAX_USER_AGENT_CHARS) {
      userAgent = userAgent.substring(0, MAX_USER_AGENT_CHARS);
    }
  }
}
