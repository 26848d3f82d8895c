package org.certctl.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandRun;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.KeyType;
import org.certctl.keys.RequesterKey;
import org.certctl.pki.SubjectAltNames;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrollCommandTest {
  private final TestServer server = new TestServer();
  private final CommandRun certctl =
      new CommandRun(TestCa.CLOCK, context -> List.of(command(context)));
  @TempDir Path directory = Path.of("");
  private HttpServer http = newServer();

  private static HttpServer newServer() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void serve() {
    http.createContext(
        "/scep",
        exchange -> {
          ScepHttpResponse response =
              server.exchange(
                  new ScepHttpRequest(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI().getRawQuery(),
                      exchange.getRequestHeaders().getFirst("Content-Type"),
                      exchange.getRequestBody().readAllBytes()));
          String type = response.contentType();
          if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type);
          }
          exchange.sendResponseHeaders(
              response.status(), response.body().length == 0 ? -1 : response.body().length);
          exchange.getResponseBody().write(response.body());
          exchange.close();
        });
    http.start();
  }

  @AfterEach
  void stop() {
    http.stop(0);
  }

  private static EnrollCommand command(CommandContext context) {
    return new EnrollCommand(
        context,
        Terminal.none(),
        duration -> {
          throw new AssertionError("nothing to wait for: " + duration);
        },
        new ByteArrayInputStream((TestServer.CHALLENGE + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private int run(String... options) {
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/scep";
    return certctl.run(
        Stream.concat(Stream.of("enroll", url), Stream.of(options)).toArray(String[]::new));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void writesKeyCertificateAndChain() throws Exception {
    int exit =
        run(
            "--challenge-stdin",
            "--subject=CN=dev1",
            "--out",
            file("dev1.pem"),
            "--chain-out",
            file("chain.pem"));

    assertThat(certctl.err()).contains("nothing vouches");
    assertThat(exit).isZero();
    var certificate = CertificateChain.read(directory.resolve("dev1.pem"));
    RequesterKey key = RequesterKey.read(directory.resolve("dev1.key"), TestCa.PROVIDERS);
    assertThat(certificate.first().getSubjectPublicKeyInfo().getEncoded())
        .isEqualTo(key.keyPair().getPublic().getEncoded());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file("dev1.key")))))
        .isEqualTo("rw-------");
    assertThat(CertificateChain.read(directory.resolve("chain.pem")).certificates()).hasSize(2);
    assertThat(certctl.out() + certctl.err()).doesNotContain(TestServer.CHALLENGE);
  }

  @Test
  void saysThatTheUrlMayBeWrong() {
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/elsewhere";
    int exit =
        certctl.run(
            "enroll", url, "--challenge-stdin", "--subject=CN=dev1", "--out", file("dev1.pem"));

    assertThat(exit).isEqualTo(1);
    assertThat(certctl.err())
        .contains("cannot be used: HTTP status 404", "hint: ", "certctl probe " + url);
  }

  @Test
  void overwritesNoCertificateUnlessToldTo() throws Exception {
    Files.writeString(directory.resolve("dev1.pem"), "precious");

    int exit = run("--challenge-stdin", "--subject=CN=dev1", "--out", file("dev1.pem"));

    assertThat(exit).isEqualTo(1);
    assertThat(directory.resolve("dev1.pem")).hasContent("precious");
    assertThat(server.queries).isEmpty();
    assertThat(run("--challenge-stdin", "--subject=CN=dev1", "--out", file("dev1.pem"), "--force"))
        .isZero();
  }

  @Test
  void overwritesNoKeyEvenIfToldTo() throws Exception {
    run("--challenge-stdin", "--subject=CN=dev1", "--out", file("dev1.pem"));
    byte[] key = Files.readAllBytes(directory.resolve("dev1.key"));

    int exit = run("--challenge-stdin", "--subject=CN=dev1", "--out", file("dev1.pem"), "--force");

    assertThat(exit).isZero();
    assertThat(directory.resolve("dev1.key")).hasBinaryContent(key);
  }

  @Test
  void leavesNoCertificateWhenRefused() {
    int exit = run("--challenge=wrong", "--subject=CN=dev1", "--out", file("dev1.pem"));

    assertThat(exit).isEqualTo(1);
    assertThat(certctl.err())
        .contains("challenge on the command line")
        .contains("challenge_refused");
    assertThat(certctl.err()).contains("\n    hint: the challenge is wrong");
    assertThat(directory.resolve("dev1.pem")).doesNotExist();
  }

  @Test
  void en5_enrollsWithAnEcKeyByTheChallengeAsPassword() throws Exception {
    int exit =
        run(
            "--challenge=" + TestServer.CHALLENGE,
            "--subject=CN=dev1",
            "--key-type=p256",
            "--out",
            file("dev1.pem"));

    assertThat(certctl.err()).doesNotContain("error:");
    assertThat(exit).isZero();
    assertThat(directory.resolve("dev1.pem")).isNotEmptyFile();
  }

  private void enrollFirst(String... more) {
    List<String> options =
        new java.util.ArrayList<>(
            List.of("--challenge-stdin", "--subject=CN=dev1,O=corp", "--dns=dev1.example"));
    options.addAll(List.of("--upn=dev1@example", "--out", file("old.pem")));
    options.addAll(List.of(more));
    assertThat(run(options.toArray(String[]::new))).isZero();
  }

  private X509CertificateHolder certificate(String name) throws Exception {
    return CertificateChain.read(directory.resolve(name)).first();
  }

  @Test
  void rn1_renewsWithANewKeyAndTheOldNamesAndNoChallenge() throws Exception {
    enrollFirst();
    byte[] oldKey = Files.readAllBytes(directory.resolve("old.key"));

    int exit = run("--renew", "--cert", file("old.pem"), "--out", file("new.pem"));

    assertThat(certctl.err()).doesNotContain("error:").doesNotContain("no challenge");
    assertThat(exit).isZero();
    assertThat(server.seen).containsExactly(MessageType.PKCS_REQ, MessageType.RENEWAL_REQ);
    X509CertificateHolder old = certificate("old.pem");
    X509CertificateHolder renewed = certificate("new.pem");
    assertThat(renewed.getSubject()).isEqualTo(old.getSubject());
    assertThat(SubjectAltNames.textsOf(renewed.getExtensions()))
        .hasSize(2)
        .isEqualTo(SubjectAltNames.textsOf(old.getExtensions()));
    assertThat(renewed.getSubjectPublicKeyInfo().getEncoded())
        .isEqualTo(
            RequesterKey.read(directory.resolve("new.key"), TestCa.PROVIDERS)
                .keyPair()
                .getPublic()
                .getEncoded())
        .isNotEqualTo(old.getSubjectPublicKeyInfo().getEncoded());
    assertThat(directory.resolve("old.key")).hasBinaryContent(oldKey);
  }

  @Test
  void rn1_renewsWithTheOldKey() throws Exception {
    enrollFirst();

    int exit =
        run("--renew", "--cert", file("old.pem"), "--keep-key", "--out", file("other-name.pem"));

    assertThat(exit).isZero();
    X509CertificateHolder old = certificate("old.pem");
    assertThat(certificate("other-name.pem").getSubjectPublicKeyInfo())
        .isEqualTo(old.getSubjectPublicKeyInfo());
    assertThat(certificate("other-name.pem").getSerialNumber()).isNotEqualTo(old.getSerialNumber());
    assertThat(directory.resolve("other-name.key")).doesNotExist();
  }

  @Test
  void pr9_renewsByPkcsReqWhereRenewalIsNotAnnouncedOrNotWanted() throws Exception {
    enrollFirst();
    assertThat(
            run("--renew", "--cert=" + file("old.pem"), "--by-pkcsreq", "--out=" + file("a.pem")))
        .isZero();
    server.caps = TestServer.GOOD_CAPS.replace("Renewal\n", "");
    assertThat(run("--renew", "--cert=" + file("old.pem"), "--out=" + file("b.pem"))).isZero();

    assertThat(server.seen).hasSize(3).containsOnly(MessageType.PKCS_REQ);
    assertThat(certctl.out()).contains("by PKCSReq").doesNotContain("by RenewalReq");
  }

  @Test
  void givenNamesTakeThePlaceOfTheOldOnes() throws Exception {
    enrollFirst();

    assertThat(
            run(
                "--renew",
                "--cert=" + file("old.pem"),
                "--old-key=" + file("old.key"),
                "--dns=other.example",
                "--out=" + file("new.pem"),
                "--key=" + file("fresh.key")))
        .isZero();

    assertThat(certificate("new.pem").getSubject()).hasToString("CN=dev1,O=corp");
    assertThat(SubjectAltNames.textsOf(certificate("new.pem").getExtensions()))
        .containsExactly("DNS:other.example");
    assertThat(directory.resolve("fresh.key")).isNotEmptyFile();
  }

  @Test
  void en5_renewsAnEcKeyByTheChallengeAsPasswordOnly() throws Exception {
    enrollFirst("--key-type=p256");

    assertThat(run("--renew", "--cert=" + file("old.pem"), "--out=" + file("new.pem")))
        .isEqualTo(2);
    assertThat(certctl.err()).contains("EC key cannot encrypt");
    assertThat(directory.resolve("new.key")).doesNotExist();
    assertThat(
            run(
                "--renew",
                "--cert=" + file("old.pem"),
                "--out=" + file("new.pem"),
                "--challenge=" + TestServer.CHALLENGE))
        .isZero();
  }

  @Test
  void rn6_saysWhyARenewalWasRefusedAndWritesNoCertificate() {
    enrollFirst();
    server.renewalRefusal = "renewal_too_early";

    assertThat(run("--renew", "--cert=" + file("old.pem"), "--out=" + file("new.pem")))
        .isEqualTo(1);
    assertThat(certctl.err())
        .contains("the CA refused: badRequest, renewal_too_early")
        .contains("hint: the certificate is good for too long yet");
    server.renewalRefusal = "no";
    assertThat(run("--renew", "--cert=" + file("old.pem"), "--out=" + file("new.pem")))
        .isEqualTo(1);
    assertThat(certctl.err()).contains("hint: the server does not renew this certificate");
    assertThat(directory.resolve("new.pem")).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithARenewal() throws Exception {
    enrollFirst();
    RequesterKey.generate(KeyType.RSA_2048, TestCa.PROVIDERS, TestCa.RANDOM)
        .write(directory.resolve("stranger.key"));
    String old = "--cert=" + file("old.pem");
    String to = "--out=" + file("new.pem");
    server.queries.clear();

    assertThat(run("--renew", to)).isEqualTo(2);
    assertThat(run(old, "--subject=CN=dev1", to)).isEqualTo(2);
    assertThat(run("--renew", old, to, "--keep-key", "--key=" + file("k.key"))).isEqualTo(2);
    assertThat(run("--renew", old, to, "--old-key=" + file("stranger.key"))).isEqualTo(1);
    assertThat(certctl.err()).contains("stranger.key is not the key of");
    assertThat(run("--renew", "--cert=" + file("none.pem"), to)).isEqualTo(1);
    assertThat(run("--renew", old, "--out=" + file("old.pem"), "--force")).isEqualTo(2);
    assertThat(certctl.err()).contains("old.key is the old key");
    assertThat(server.queries).isEmpty();
    assertThat(directory.resolve("new.key")).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithTheCommandLine() {
    assertThat(run("--out", file("a.pem"))).isEqualTo(2);
    assertThat(run("--subject=nonsense", "--out", file("a.pem"))).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--cipher=rot13")).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--ca-fingerprint=beef")).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--key-type=p256")).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--key-type=ed25519")).isEqualTo(2);
    assertThat(server.queries).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }
}
