package org.certctl.front.scep;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.cli.testserver.TestCa;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.Endpoint;
import org.certctl.enroll.RenewalRules;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyGate;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.cms.ReplyStyle;
import org.certctl.scep.cms.SoftwareMessageSigner;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.certctl.secret.Secret;

/// The endpoint `/scep/default` with the RA of {@link TestCa}.
final class TestEndpoint {

  static final String CHALLENGE = "right";

  private static final org.certctl.pki.TestCa CA = org.certctl.pki.TestCa.ec();

  private TestEndpoint() {}

  static ScepEndpoint create() {
    Endpoint enrollment =
        new Endpoint(
            "default",
            question ->
                question.challenge().map(Secret::revealText).orElse("").equals(CHALLENGE)
                    ? new ChallengeVerdict.Accepted("static", Optional.empty(), List.of())
                    : new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not right"),
            new RenewalRules(true, java.time.Duration.ofDays(90), java.time.Duration.ZERO, false),
            ApprovalRules.off(),
            new PolicyGate(CertificateProfile.defaults(), Set.of()),
            new LocalCaIssuer("iss-local", List.of(CA.certificate()), CA.signer()),
            IssuerLimits.until(CA.certificate().notAfter()));
    ScepKey key =
        new ScepKey(
            new SoftwareRecipientKey(
                TestCa.RA_KEYS.getPrivate(), TestCa.RA.certificate(), TestCa.CRYPTO, TestCa.RANDOM),
            new SoftwareMessageSigner(
                TestCa.RA_KEYS.getPrivate(), TestCa.RA.certificate(), TestCa.CRYPTO));
    return new ScepEndpoint(
        "/scep/default",
        AlgorithmPolicy.strict(),
        new ScepAuthority(enrollment, List.of(CA.certificate().holder()), List.of(key)),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        new ScepEndpoint.Manner(
            false, true, true, ReplyStyle.defaults(), new SigningTimeWindow(Optional.empty())));
  }

  /// The issuer that {@link #create()} issues by.
  static org.certctl.pki.IssuedCertificate issuer() {
    return CA.certificate();
  }
}
