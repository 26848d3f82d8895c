package org.certctl.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.testserver.TestCa;
import org.certctl.pki.Sha256;
import org.certctl.scep.client.Identity;
import org.certctl.secret.Secret;

/// A probe against a server that answers as a test wants it.
abstract class ProbeFixture {
  static final KeyPair KEYS = TestCa.newKeyPair();

  final ScriptedServer server = new ScriptedServer();
  Optional<Sha256> fingerprint = Optional.empty();
  boolean wrongChallenge;
  Optional<Secret> challenge = Optional.empty();

  static X509CertificateHolder ra(int usage, Identity issuer) {
    return new TestCa.Template("CN=RA,O=Corp", TestCa.RA_KEYS, false, usage).issuedBy(issuer);
  }

  final Findings probe() {
    return new Probe(server, TestCa.CRYPTO, TestCa.RANDOM, KEYS, TestCa.NOW)
        .run(new Probe.Scope(fingerprint, wrongChallenge, challenge));
  }

  final Finding found(String code) {
    Findings findings = probe();
    return findings.inOrder().stream()
        .filter(finding -> finding.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + code + " in " + findings.inOrder()));
  }

  final void finds(String code, Severity severity, String... clients) {
    Finding finding = found(code);
    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.clients()).containsAll(List.of(clients));
  }
}
