package org.certctl.cli.client;

import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.pki.Sha256;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;

/// What an enrollment asks for, how, and with which key.
///
/// @param wish what is asked for, and how
/// @param keyPair the key to be certified
/// @param renewal what is renewed; absent for a first certificate
record EnrollmentPlan(Unkeyed wish, KeyPair keyPair, Optional<Renewal> renewal) {

  /// What an enrollment asks for, and how.
  ///
  /// @param subject the subject
  /// @param subjectAltNames further names
  /// @param challenge the challenge; absent to send none
  /// @param fingerprint the SHA-256 fingerprint of the CA or its root; absent to trust what comes
  /// @param caIdentifier the `message` of GetCACert; absent for none
  /// @param cipher the content encryption
  /// @param digest the message digest
  /// @param get whether PKIOperation goes by GET even if the server takes POST
  /// @param maxWait how long to ask again while the request waits for a decision
  /// @param pollInterval how long to wait before asking again for the first time
  record Unkeyed(
      X500Name subject,
      List<GeneralName> subjectAltNames,
      Optional<Secret> challenge,
      Optional<Sha256> fingerprint,
      Optional<String> caIdentifier,
      ContentCipher cipher,
      DigestAlgorithm digest,
      boolean get,
      Duration maxWait,
      Duration pollInterval) {

    Unkeyed {
      subjectAltNames = List.copyOf(subjectAltNames);
    }

    /// The same with the key to be certified.
    EnrollmentPlan withKey(KeyPair keyPair) {
      return new EnrollmentPlan(this, keyPair, Optional.empty());
    }

    /// The challenge for the wire.
    @Nullable String challengeText() {
      return challenge.map(Secret::revealText).orElse(null);
    }
  }

  /// The same in place of a certificate there is.
  EnrollmentPlan renewing(Renewal old) {
    return new EnrollmentPlan(wish, keyPair, Optional.of(old));
  }

  @Override
  public String toString() {
    return "EnrollmentPlan[" + wish.subject() + "]";
  }
}
