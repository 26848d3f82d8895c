package org.certctl.challenge.connector;

import java.util.Optional;

/// Asks somebody else whether a device may have a certificate, after all other gates.
///
/// Whatever keeps it from an answer is an objection. Safe to call from many threads at once.
@FunctionalInterface
public interface ComplianceCheck {

  /// What speaks against the device, in words for operators; absent when nothing does.
  Optional<String> objectionTo(ConnectorClaims claims);

  /// Asks nobody.
  static ComplianceCheck none() {
    return _ -> Optional.empty();
  }
}
