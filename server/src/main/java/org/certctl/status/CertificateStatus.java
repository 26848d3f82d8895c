package org.certctl.status;

import java.time.Instant;
import java.util.Optional;
import org.certctl.pki.Revocation;

/// What is known of a certificate that somebody asks for.
sealed interface CertificateStatus {

  /// The issuer has issued it.
  ///
  /// @param notAfter when it ends
  /// @param revocation present when it is revoked or held
  /// @param removedUntil when it has ended: certificates that ended until then may be unknown by
  ///   now
  record Known(Instant notAfter, Optional<Revocation> revocation, Optional<Instant> removedUntil)
      implements CertificateStatus {}

  /// The issuer has not issued it, or it was removed long after its end.
  record Unknown() implements CertificateStatus {}
}
