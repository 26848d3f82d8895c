package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.config.ScepProtocolSettings.AlgorithmPolicyChoice;
import org.certctl.config.ScepProtocolSettings.ChainInReply;
import org.certctl.config.ScepProtocolSettings.EmptyContent;
import org.certctl.config.ScepProtocolSettings.ReplyAlgorithms;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.RenewalRules;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyLocation;
import org.junit.jupiter.api.Test;

/// The options of SCEP and its profiles.
final class ScepConfigurationTest extends ConfigurationFixture {

  @Test
  void mtlsWantsABundleAndAPortOfItsOwn() throws IOException {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_PROFILE_A_MTLS_ENABLED", "true");
    assertProblem("CERTCTL_SCEP_PROFILE_A_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", "required", "");

    Path bundle = directory.resolve("cas.pem");
    variables.put("CERTCTL_SCEP_PROFILE_A_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", "cas.pem");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "A_MTLS_ENABLED", "port of its own");

    variables.put("CERTCTL_SCEP_MTLS_PORT", "8443");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "same port", "main listener");

    variables.put("CERTCTL_SCEP_MTLS_PORT", "8444");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.mtlsPort()).hasValue(8444);
    assertThat(scep.profiles().getFirst().clientCaBundle()).contains(bundle);

    variables.remove("CERTCTL_SCEP_PROFILE_A_MTLS_ENABLED");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "no profile", "MTLS_ENABLED");
  }

  @Test
  void mapsEveryScepOption() {
    enableScep("Wifi-EAP,laptops");
    profile("WIFI_EAP", CHALLENGE);
    profile("LAPTOPS", "another-secret");
    variables.put("CERTCTL_SCEP_HTTP_PORT", "8080");
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "laptops");
    variables.put("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_PROFILE_ID", "default");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_PASSWORD_ENVELOPES", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_ALGORITHM_POLICY", "legacy");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_CHAIN_IN_REPLY", "chain");
    variables.put("CERTCTL_JOB_AWAITING_APPROVAL_TIMEOUT", "72h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL", "without-challenge");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL_MAX_PENDING", "20");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL_MAX_PENDING_PER_ADDRESS", "2");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_FAIL_INFO_TEXT", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_REPLY_ALGORITHMS", "standard");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_REPLY_OAEP", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_EMPTY_CONTENT", "present");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_SIGNING_TIME_WINDOW", "24h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_WINDOW", "30d");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_GRACE", "36h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_CHALLENGE_REQUIRED", "true");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_REVOKE_PREDECESSOR_AFTER", "14d");
    variables.put("CERTCTL_SCEP_RA_LIFETIME", "100d");
    variables.put("CERTCTL_SCEP_RA_RENEW_BEFORE", "1d12h");
    variables.put("CERTCTL_SCEP_RA_GRACE", "5d");
    Usable usable = usable();
    assertThat(usable.warnings()).isEmpty();
    ScepSettings scep = usable.configuration().scep();
    assertThat(scep.enabled()).isTrue();
    assertThat(scep.httpPort()).hasValue(8080);
    assertThat(scep.ndesProfile()).contains("laptops");
    assertThat(scep.challengeFailuresPerMinute()).isZero();
    assertThat(scep.profiles()).hasSize(2);
    ScepProfileSettings wifi = scep.profile("wifi-eap").orElseThrow();
    assertThat(wifi.path()).isEqualTo("/scep/wifi-eap");
    assertThat(wifi.issuerId()).isEqualTo("iss-local");
    assertThat(wifi.profileId()).isEqualTo("default");
    assertThat(wifi.challenges().password().orElseThrow().revealText()).isEqualTo(CHALLENGE);
    assertThat(wifi.challenges().envelopePassword()).isEmpty();
    assertThat(scep.profile("laptops").orElseThrow().challenges().envelopePassword()).isPresent();
    assertThat(wifi.approval())
        .isEqualTo(
            new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, Duration.ofDays(3), 20, 2));
    assertThat(scep.profile("laptops").orElseThrow().approval())
        .isEqualTo(new ApprovalRules(ApprovalRules.Mode.NONE, Duration.ofDays(3), 1000, 100));
    assertThat(wifi.ra())
        .contains(
            new RaFiles(
                directory.resolve("WIFI_EAP.crt"),
                KeyLocation.of(directory.resolve("WIFI_EAP.key"))));
    assertThat(scep.ra())
        .isEqualTo(new RaSchedule(Duration.ofDays(100), Duration.ofHours(36), Duration.ofDays(5)));
    assertThat(wifi.protocol())
        .isEqualTo(
            new ScepProtocolSettings(
                AlgorithmPolicyChoice.LEGACY,
                ChainInReply.CHAIN,
                false,
                ReplyAlgorithms.STANDARD,
                false,
                EmptyContent.PRESENT,
                Optional.of(Duration.ofDays(1))));
    assertThat(scep.profile("laptops").orElseThrow().protocol())
        .isEqualTo(
            new ScepProtocolSettings(
                AlgorithmPolicyChoice.STRICT,
                ChainInReply.LEAF,
                true,
                ReplyAlgorithms.FOLLOW,
                true,
                EmptyContent.ABSENT,
                Optional.empty()));
    assertThat(wifi.renewal())
        .isEqualTo(
            new RenewalSettings(
                new RenewalRules(false, Duration.ofDays(30), Duration.ofHours(36), true),
                Optional.of(Duration.ofDays(14))));
    assertThat(scep.profile("laptops").orElseThrow().renewal())
        .isEqualTo(
            new RenewalSettings(
                new RenewalRules(true, Duration.ofDays(90), Duration.ZERO, false),
                Optional.empty()));
  }

  @Test
  void ch4_oneTimeChallengesMakeTheStaticOneAChoice() {
    enableScep("both,once,none");
    profile("BOTH", CHALLENGE);
    profile("ONCE", "");
    profile("NONE", "");
    variables.put("CERTCTL_SCEP_PROFILE_BOTH_ONE_TIME_CHALLENGES", "true");
    variables.put("CERTCTL_SCEP_PROFILE_ONCE_ONE_TIME_CHALLENGES", "true");
    assertThat(refused().problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.text())
                    .contains("CERTCTL_SCEP_PROFILE_NONE_CHALLENGE_PASSWORD")
                    .contains("required"));

    variables.put("CERTCTL_SCEP_PROFILE_NONE_CHALLENGE_PASSWORD", "another-secret");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.profile("once").orElseThrow().challenges().envelopePassword()).isEmpty();
    ChallengeSettings both = scep.profile("both").orElseThrow().challenges();
    assertThat(both.oneTime()).isTrue();
    assertThat(both.password().orElseThrow().revealText()).isEqualTo(CHALLENGE);
    assertThat(scep.profile("once").orElseThrow().challenges())
        .isEqualTo(new ChallengeSettings(Optional.empty(), true, true, Optional.empty()));
    assertThat(scep.profile("none").orElseThrow().challenges().oneTime()).isFalse();
  }

  @Test
  void mapsTheSingleEndpoint() {
    enableScep("");
    variables.put("CERTCTL_SCEP_CHALLENGE_PASSWORD", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_CERT_PATH", "ra.crt");
    variables.put("CERTCTL_SCEP_RA_KEY_PATH", "ra.key");
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "default");
    ScepProfileSettings single = usable().configuration().scep().profiles().getFirst();
    assertThat(single.name()).isEqualTo("default");
    assertThat(single.path()).isEqualTo("/scep");
    assertThat(single.issuerId()).isEqualTo("iss-local");
    assertThat(single.protocol()).isEqualTo(ScepProtocolSettings.defaults());
    assertThat(single.approval()).isEqualTo(ApprovalRules.off());
    assertThat(single.renewal()).isEqualTo(RenewalSettings.defaults());
  }

  @Test
  void refusesMixtureOfBothForms() {
    enableScep("phones");
    profile("PHONES", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_CERT_PATH", "ra.crt");
    variables.put("CERTCTL_SCEP_CHALLENGE_PASSWORD_FILE", "c");
    assertProblem(
        "CERTCTL_SCEP_RA_CERT_PATH", "cannot be mixed", "CERTCTL_SCEP_PROFILE_PHONES_RA_CERT_PATH");
    assertProblem("CERTCTL_SCEP_CHALLENGE_PASSWORD_FILE", "cannot be mixed", "empty");
  }

  @Test
  void needsNoRaFilesButNeverOnlyOneOfThem() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH");
    assertProblem("CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH", "it is required, because", "both, or");
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_CERT_PATH");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.profiles().getFirst().ra()).isEmpty();
    assertThat(scep.ra()).isEqualTo(RaSchedule.defaults());
  }

  @Test
  void refusesAnRaThatWouldBeRenewedAsSoonAsItIsMade() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_LIFETIME", "60d");
    assertProblem("CERTCTL_SCEP_RA_RENEW_BEFORE", "as soon as it is made", "less than");
  }

  @Test
  void refusesScepWithoutEndpoint() {
    enableScep("");
    assertProblem("CERTCTL_SCEP_PROFILES", "there is no endpoint", "name the profiles");
  }

  @Test
  void refusesUnknownNdesProfile() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "b");
    assertProblem("CERTCTL_SCEP_NDES_PROFILE", "no profile of that name", "a");
  }
}
