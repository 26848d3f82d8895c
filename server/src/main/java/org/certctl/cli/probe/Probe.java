package org.certctl.cli.probe;

import java.io.IOException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.certctl.outbound.HttpAnswer;
import org.certctl.pki.Sha256;
import org.certctl.scep.CaCapability;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.secret.Secret;

/// All checks in their order.
final class Probe {

  /// How far to go.
  ///
  /// @param fingerprint what the CA is expected to have
  /// @param wrongChallenge whether to send a wrong challenge
  /// @param challenge the right challenge, to enroll with; absent to leave that out
  record Scope(Optional<Sha256> fingerprint, boolean wrongChallenge, Optional<Secret> challenge) {}

  private final ProbedServer server;
  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final KeyPair keyPair;
  private final Instant now;

  /// @param keyPair the key of the device that the probe pretends to be
  Probe(ProbedServer server, ScepCrypto crypto, SecureRandom random, KeyPair keyPair, Instant now) {
    this.server = server;
    this.crypto = crypto;
    this.random = random;
    this.keyPair = keyPair;
    this.now = now;
  }

  /// Checks everything that can be reached.
  Findings run(Scope scope) {
    Findings findings = new Findings();
    if (server.url().getScheme().toLowerCase(Locale.ROOT).equals("https")) {
      new TlsCheck(server, findings, now).run();
    }
    Optional<HttpAnswer> answer = new ConnectionCheck(server, findings).run();
    if (answer.isEmpty() || findings.has("connection_redirects")) {
      return findings;
    }
    Set<String> keywords = new CapabilitiesCheck(findings).run(answer.get());
    Optional<CaCertificates> ca = certificates(findings, keywords, scope);
    if (answer.get().status() == 200 && !findings.has("caps_web_page")) {
      new HabitsCheck(server, findings, answer.get()).run();
    }
    if (ca.isPresent() && !findings.has("ca_recipient_not_rsa")) {
      messages(findings, keywords, ca.get(), scope);
    }
    return findings;
  }

  private Optional<CaCertificates> certificates(
      Findings findings, Set<String> keywords, Scope scope) {
    HttpAnswer plain;
    try {
      plain = server.get("operation=GetCACert");
    } catch (IOException e) {
      findings
          .about(Topic.CA_CERTIFICATES)
          .problem("ca_failed", "GetCACert breaks: " + e.getMessage() + ".", "");
      return Optional.empty();
    }
    Optional<CaCertificates> ca = new CaEncodingCheck(findings).run(plain);
    if (ca.isPresent()) {
      new CaRolesCheck(findings, ca.get(), now).run(scope.fingerprint());
      CaVariantsCheck variants = new CaVariantsCheck(server, findings);
      variants.identifiers(plain);
      variants.next(keywords, ca.get(), crypto);
    }
    return ca;
  }

  private void messages(Findings findings, Set<String> keywords, CaCertificates ca, Scope scope) {
    ProbeMessages messages = new ProbeMessages(ca, keyPair, crypto, random, now);
    new MessagesCheck(server, messages, findings).run(keywords);
    if (scope.wrongChallenge()) {
      new ChallengeCheck(server, messages, findings).run();
    }
    boolean trusted = !findings.has("ca_wrong_fingerprint") && !findings.has("ca_unvouched");
    if (scope.challenge().isPresent() && trusted) {
      new EnrollmentCheck(server, messages, ca, now, findings)
          .run(scope.challenge().get())
          .filter(_ -> keywords.contains(CaCapability.RENEWAL.keyword()))
          .ifPresent(issued -> new RenewalCheck(server, messages, findings).run(issued));
    }
  }
}
