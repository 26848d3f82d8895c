package org.certctl.enroll;

/// The kinds of refusal a front must answer; the stable code of the particular case goes with it.
public enum RefusalReason {
  /// The challenge does not authorise the request.
  CHALLENGE,
  /// The challenge, or a slot it needs, is used up.
  CHALLENGE_USED,
  /// The certificate that signed a RenewalReq does not authorise it.
  RENEWAL,
  /// The same request is under way for somebody else.
  TRANSACTION,
  /// The certificate profile does not allow the request.
  POLICY,
  /// The issuer refused.
  ISSUER
}
