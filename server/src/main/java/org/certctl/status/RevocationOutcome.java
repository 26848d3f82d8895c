package org.certctl.status;

import java.util.Optional;
import org.certctl.pki.Revocation;

/// What came of a {@link RevocationOrder}.
public sealed interface RevocationOutcome {

  /// Done, and on disk together with its audit event.
  ///
  /// @param state what holds now; absent when the certificate is good again
  record Changed(Optional<Revocation> state) implements RevocationOutcome {}

  /// Nothing was to be done.
  ///
  /// @param state what holds as before; absent when the certificate is good
  record Unchanged(Optional<Revocation> state) implements RevocationOutcome {}

  /// It cannot be done in the state that the certificate is in.
  ///
  /// @param code stable
  /// @param explanation for operators
  record Refused(String code, String explanation) implements RevocationOutcome {}

  /// This issuer has no such certificate in the inventory.
  record UnknownCertificate() implements RevocationOutcome {}
}
