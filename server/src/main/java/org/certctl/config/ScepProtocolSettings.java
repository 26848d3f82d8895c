package org.certctl.config;

/// How an endpoint speaks SCEP where the RFC leaves a choice.
///
/// @param algorithmPolicy which algorithms it takes
/// @param chainInReply what a CertRep holds
/// @param failInfoText whether a refusal says in words what is wrong (RFC 8894, section 3.2.1.4)
public record ScepProtocolSettings(
    AlgorithmPolicyChoice algorithmPolicy, ChainInReply chainInReply, boolean failInfoText) {

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

  /// Strict, leaf only, with words.
  public static ScepProtocolSettings defaults() {
    return new ScepProtocolSettings(AlgorithmPolicyChoice.STRICT, ChainInReply.LEAF, true);
  }
}
