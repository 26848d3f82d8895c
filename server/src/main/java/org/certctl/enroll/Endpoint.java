package org.certctl.enroll;

import java.time.Instant;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.issuer.Issuer;
import org.certctl.profile.PolicyGate;

/// A place where devices enroll: who authorises, by which profile, and who signs.
///
/// @param name the name in the path; the empty text for the flat single endpoint
/// @param validator judges challenges
/// @param renewal when a certificate authorises its own renewal
/// @param approval which new enrollments wait for a human
/// @param gate the certificate profile
/// @param issuer signs
/// @param issuerEnd when the issuing certificate ends
public record Endpoint(
    String name,
    ChallengeValidator validator,
    RenewalRules renewal,
    ApprovalRules approval,
    PolicyGate gate,
    Issuer issuer,
    Instant issuerEnd) {

  /// The same, but every new enrollment waits for a human.
  public Endpoint deferring() {
    ApprovalRules required =
        new ApprovalRules(
            ApprovalRules.Mode.REQUIRED,
            approval.timeout(),
            approval.maxPending(),
            approval.maxPendingPerAddress());
    return new Endpoint(name, validator, renewal, required, gate, issuer, issuerEnd);
  }
}
