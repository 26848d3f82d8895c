package org.certctl.config;

import java.time.Duration;
import java.util.Optional;

/// How an endpoint speaks SCEP where the RFC leaves a choice.
///
/// @param algorithmPolicy which algorithms it takes
/// @param chainInReply what a CertRep holds
/// @param failInfoText whether a refusal says in words what is wrong (RFC 8894, section 3.2.1.4)
/// @param replyAlgorithms digest and cipher of a reply
/// @param replyOaep whether a request by OAEP is answered with OAEP
/// @param emptyContent what stands in the place of the envelope where there is none
/// @param signingTimeWindow how far a message's signingTime may be from now; any when empty
public record ScepProtocolSettings(
    AlgorithmPolicyChoice algorithmPolicy,
    ChainInReply chainInReply,
    boolean failInfoText,
    ReplyAlgorithms replyAlgorithms,
    boolean replyOaep,
    EmptyContent emptyContent,
    Optional<Duration> signingTimeWindow) {

  /// Which algorithms an endpoint takes.
  public enum AlgorithmPolicyChoice {
    /// AES and SHA-2 only.
    STRICT,
    /// Triple DES and SHA-1 too, for old devices.
    LEGACY
  }

  /// Which certificates a CertRep with status SUCCESS holds.
  public enum ChainInReply {
    /// Only the new one.
    LEAF,
    /// The new one and its issuers.
    CHAIN
  }

  /// Digest and cipher of a reply.
  public enum ReplyAlgorithms {
    /// Those of the request, where they are allowed.
    FOLLOW,
    /// SHA-256 and AES-128-CBC, whatever the request had.
    STANDARD
  }

  /// The eContent of a FAILURE or PENDING.
  public enum EmptyContent {
    /// None, as RFC 8894 says.
    ABSENT,
    /// One of no octets.
    PRESENT
  }

  /// Strict, leaf only, with words, in the request's algorithms, at any time.
  public static ScepProtocolSettings defaults() {
    return new ScepProtocolSettings(
        AlgorithmPolicyChoice.STRICT,
        ChainInReply.LEAF,
        true,
        ReplyAlgorithms.FOLLOW,
        true,
        EmptyContent.ABSENT,
        Optional.empty());
  }
}
