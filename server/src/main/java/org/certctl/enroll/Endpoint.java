package org.certctl.enroll;

import java.time.Instant;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.issuer.Issuer;
import org.certctl.profile.PolicyGate;

/// A place where devices enroll: who authorises, by which profile, and who signs.
///
/// @param name the name in the path; the empty text for the flat single endpoint
/// @param validator judges challenges
/// @param gate the certificate profile
/// @param issuer signs
/// @param issuerEnd when the issuing certificate ends
public record Endpoint(
    String name, ChallengeValidator validator, PolicyGate gate, Issuer issuer, Instant issuerEnd) {}
