package org.certctl.cli.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.cli.CommandRun;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SelfSignedCertificate;
import org.certctl.keys.SigningKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorCommandsTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  @TempDir Path folder;
  private String stdin = "";
  private final CommandRun certctl =
      new CommandRun(
          Clock.fixed(NOW, ZoneOffset.UTC),
          context ->
              List.of(
                  new ConnectorCommand(),
                  new ConnectorInspectCommand(
                      context, new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8))),
                  new ConnectorSignCommand(context)));
  private Path key;
  private Path certificate;

  @BeforeEach
  void makeConnector() throws Exception {
    SigningKey signingKey = SigningKey.generate(KeyType.P_256, PROVIDERS, new SecureRandom());
    key = folder.resolve("connector.key");
    signingKey.write(key);
    certificate = folder.resolve("connector.pem");
    CertificateChain.of(
            SelfSignedCertificate.of(
                signingKey,
                new X500Name("CN=connector"),
                BigInteger.ONE,
                NOW.minusSeconds(60),
                NOW.plus(Duration.ofDays(1))))
        .write(certificate);
  }

  @Test
  void whatOneSignsTheOtherLetsPass() {
    String challenge = signed("--name", "lt-1", "--dns", "lt-1.example", "--dns", "b.example");

    assertThat(inspect(challenge)).isZero();

    assertThat(certctl.out())
        .contains("The challenge says:", "device-1", "CN=lt-1; DNS=b.example,lt-1.example")
        .contains("signature   ok      ES256 by CN=connector")
        .contains("binding     -       no request was given")
        .doesNotContain("FAILED");
  }

  @Test
  void saysAtWhichGateAndWhatToDo() {
    String challenge = signed("--audience", "https://a.example/scep/corp");

    assertThat(inspect(challenge, "--audience", "https://b.example/scep/corp")).isEqualTo(1);
    assertThat(certctl.out())
        .contains("audience    FAILED  wrong_audience: it is meant for https://a.example")
        .contains("fix: make INTUNE_AUDIENCE");

    assertThat(inspect(challenge, "--at", "2026-11-22T14:00:00Z")).isEqualTo(1);
    assertThat(certctl.out()).contains("time        FAILED  expired");
  }

  @Test
  void unprovedClaimsAreCalledThat() {
    String challenge = signed("--name", "lt-1");
    String forged = challenge.substring(0, challenge.length() - 8) + "AAAAAAAA";

    assertThat(inspect(forged)).isEqualTo(1);
    assertThat(certctl.out())
        .contains("The challenge says, unproved:", "FAILED  signature_invalid");
  }

  @Test
  void explainsWrongUsage() throws Exception {
    assertThat(run("", "connector", "inspect", "--challenge", "x")).isEqualTo(2);
    assertThat(certctl.err()).contains("--profile or --connector-cert");
    Files.writeString(folder.resolve("csr"), "nothing");
    assertThat(
            run(
                "x".repeat(300) + "..",
                "connector",
                "inspect",
                "--connector-cert",
                certificate.toString(),
                "--challenge-stdin",
                "--csr",
                folder.resolve("csr").toString()))
        .isEqualTo(1);
    assertThat(certctl.err()).contains("no PKCS#10 request");
    assertThat(run("", "connector", "sign", "--key", "nowhere", "--device", "1")).isEqualTo(1);
  }

  private String signed(String... names) {
    String[] words = {"connector", "sign", "--key", key.toString(), "--device", "device-1"};
    assertThat(run("", Stream.of(words, names).flatMap(Stream::of).toArray(String[]::new)))
        .isZero();
    String challenge = certctl.out().strip();
    return challenge;
  }

  private int inspect(String challenge, String... more) {
    String[] words = {
      "connector", "inspect", "--connector-cert", certificate.toString(), "--challenge-stdin"
    };
    return run(challenge, Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private int run(String input, String... words) {
    stdin = input;
    return certctl.run(words);
  }
}
