package org.certctl.enroll;

import java.time.Instant;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;

/// What the store knows of a transaction that was seen before.
public sealed interface KnownEnrollment {

  /// SHA-256 of the SubjectPublicKeyInfo that signed the first message.
  Sha256 requesterKeyDigest();

  /// Keyed MAC of the challenge of the first message.
  Sha256 challengeMac();

  /// When the intent was written.
  Instant at();

  /// The intent is open: asked, not yet answered.
  record Open(IntentId id, Sha256 requesterKeyDigest, Sha256 challengeMac, Instant at)
      implements KnownEnrollment {}

  /// The certificate was issued.
  ///
  /// @param revoked whether it has been revoked since, or is on hold
  record Issued(
      Sha256 requesterKeyDigest,
      Sha256 challengeMac,
      Instant at,
      IssuedCertificate certificate,
      boolean revoked)
      implements KnownEnrollment {}
}
