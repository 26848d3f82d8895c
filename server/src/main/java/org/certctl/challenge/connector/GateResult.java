package org.certctl.challenge.connector;

import org.certctl.challenge.ChallengeRefusal;

/// What one gate says of a token.
public sealed interface GateResult {

  /// It may go on.
  ///
  /// @param note what was found, for `connector inspect`
  record Passed(String note) implements GateResult {}

  /// It ends here.
  ///
  /// @param reason the stable reason
  /// @param explanation for operators; not for the device
  record Failed(ChallengeRefusal reason, String explanation) implements GateResult {}

  /// The gate had nothing to look at: an earlier one failed, or no request was given to inspect.
  record NotReached(String why) implements GateResult {}
}
