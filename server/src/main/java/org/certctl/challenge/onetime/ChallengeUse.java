package org.certctl.challenge.onetime;

import java.util.Optional;
import org.certctl.pki.Sha256;

/// What became of a one-time challenge.
public sealed interface ChallengeUse {

  /// Nothing yet.
  record None() implements ChallengeUse {}

  /// It was revoked before anybody used it.
  record Revoked() implements ChallengeUse {}

  /// An enrollment with it is under way; if that comes to nothing, the challenge is free again.
  ///
  /// @param requestDigest SHA-256 of the PKCS#10; absent when it is not known
  record Claimed(Optional<Sha256> requestDigest) implements ChallengeUse {}

  /// A certificate was issued for it.
  ///
  /// @param requestDigest SHA-256 of the PKCS#10
  /// @param serialNumber that of the certificate, in hexadecimal
  record Issued(Sha256 requestDigest, String serialNumber) implements ChallengeUse {}
}
