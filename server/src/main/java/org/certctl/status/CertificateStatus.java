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
  record Known(Instant notAfter, Optional<Revocation> revocation) implements CertificateStatus {}

  /// The issuer has not issued it.
  record Unknown() implements CertificateStatus {}
}
