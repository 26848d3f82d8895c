package org.certctl.scep.client;

import java.util.Optional;
import org.certctl.scep.FailInfo;
import org.certctl.scep.cms.CertsOnly;

/// A verified answer of a CA (RFC 8894, section 3.3.2).
public sealed interface CertRep {
  /// The request was granted.
  ///
  /// @param content certificates or CRLs
  record Success(CertsOnly content) implements CertRep {}

  /// The request waits for a decision.
  record Pending() implements CertRep {}

  /// The request was refused.
  ///
  /// @param failInfo the reason
  /// @param text a text for people
  record Failure(FailInfo failInfo, Optional<String> text) implements CertRep {}
}
