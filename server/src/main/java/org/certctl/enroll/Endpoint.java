package org.certctl.enroll;

import org.certctl.challenge.ChallengeValidator;
import org.certctl.issuer.Issuer;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyGate;

/// A place where devices enroll: who authorises, by which profile, and who signs.
///
/// @param name the name in the path; the empty text for the flat single endpoint
/// @param validator judges challenges
/// @param renewal when a certificate authorises its own renewal
/// @param approval which new enrollments wait for a human
/// @param gate the certificate profile
/// @param issuer signs
/// @param limits what the issuer cannot certify
public record Endpoint(
    String name,
    ChallengeValidator validator,
    RenewalRules renewal,
    ApprovalRules approval,
    PolicyGate gate,
    Issuer issuer,
    IssuerLimits limits) {

  /// The same, but every new enrollment waits for a human.
  public Endpoint deferring() {
    ApprovalRules required =
        new ApprovalRules(
            ApprovalRules.Mode.REQUIRED,
            approval.timeout(),
            approval.maxPending(),
            approval.maxPendingPerAddress());
    return new Endpoint(name, validator, renewal, required, gate, issuer, limits);
  }
}
