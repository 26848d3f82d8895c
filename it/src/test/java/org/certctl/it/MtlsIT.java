package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/scep-mtls/<profile>` behind client certificates, each profile with CAs of its own.
final class MtlsIT {

  private static final String PREFIX = "CERTCTL_SCEP_PROFILE_";
  private static final Path FILES = Certctl.workDirectory("MtlsIT-files");
  private static final int PORT = Ports.free();

  static {
    ca("ca-a");
    ca("ca-b");
    copy("ca-a.crt", "bundle-a.pem");
    copy("ca-b.crt", "bundle-b.pem");
    client("good", "ca-a", "extendedKeyUsage = clientAuth", "30");
    client("plain", "ca-a", "keyUsage = digitalSignature", "30");
    client("server", "ca-a", "extendedKeyUsage = serverAuth", "30");
    client("other", "ca-b", "extendedKeyUsage = clientAuth", "30");
    client("expired", "ca-a", "extendedKeyUsage = clientAuth", "-1");
  }

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_SCEP_MTLS_PORT", Integer.toString(PORT))
          .with("CERTCTL_SCEP_PROFILES", "default,phones,open")
          .with(PREFIX + "DEFAULT_MTLS_ENABLED", "true")
          .with(PREFIX + "DEFAULT_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", file("bundle-a.pem"))
          .with(PREFIX + "PHONES_ISSUER_ID", "iss-local")
          .with(PREFIX + "PHONES_CHALLENGE_PASSWORD", "another-challenge-1")
          .with(PREFIX + "PHONES_MTLS_ENABLED", "true")
          .with(PREFIX + "PHONES_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", file("bundle-b.pem"))
          .with(PREFIX + "OPEN_ISSUER_ID", "iss-local")
          .with(PREFIX + "OPEN_CHALLENGE_PASSWORD", "another-challenge-2");

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "good,    default, 200, POSTPKIOperation",
    "plain,   default, 200, POSTPKIOperation",
    "other,   phones,  200, POSTPKIOperation",
    "good,    phones,  401, the client certificate is not from a trusted CA",
    "other,   default, 401, the client certificate is not from a trusted CA",
    "server,  default, 401, the client certificate is not for TLS clients",
    "expired, default, 401, the client certificate is not in force",
    "good,    open,    404, no such SCEP endpoint",
    "good,    nobody,  404, no such SCEP endpoint"
  })
  void eachProfileTrustsItsOwnBundleAlone(
      String client, String profile, int status, String answer) {
    var answered = curl(client, PORT, "/scep-mtls/" + profile + "?operation=GetCACaps");

    assertThat(answered).contains(answer).endsWith(" " + status);
  }

  @ParameterizedTest
  @CsvSource({
    "/scep-mtls/default?operation=GetCACaps, 401",
    "/scep-mtls/default/../../scep-mtls/default?operation=GetCACaps, 401",
    "/scep-mtls/default/../../scep/default?operation=GetCACaps, 404",
    "/scep/default/../../scep-mtls/default?operation=GetCACaps, 404",
    "/scep/default?operation=GetCACaps, 404",
    "/health, 404",
    "/metrics, 404"
  })
  void withoutACertificateNothingIsServed(String path, int status) {
    assertThat(curl("", PORT, path)).endsWith(" " + status);
  }

  @Test
  void noOtherListenerServesThePath() throws IOException {
    var path = "/scep-mtls/default?operation=GetCACaps";

    assertThat(curl("good", SERVER.httpsPort(), path)).endsWith(" 404");
    assertThat(RawHttp.get(SERVER.httpPort(), path).status()).isEqualTo(404);
    assertThat(RawHttp.get(SERVER.managementPort(), path).status()).isEqualTo(404);
  }

  @Test
  void enrollsBehindAClientCertificateAndStillWantsTheChallenge() throws IOException {
    var path = "/scep-mtls/default?operation=PKIOperation";
    var device = new Device(SERVER, "mtls-1");
    var refused = new Device(SERVER, "mtls-2").request(_ -> {});

    device.certificate(Reply.of(post("good", path, device.message())));
    Reply.of(post("good", path, refused.message())).failedWith(FailInfoCode.BAD_REQUEST);
    for (var action : List.of("issued", "refused")) {
      assertThat(SERVER.audited("--json", "--action", "scep_pkcsreq", "--outcome", action))
          .as("who let the device in")
          .contains("\"client_certificate\":\"CN=good\"");
    }
    assertThat(curl("other", PORT, path, "--data-binary", "@" + work.resolve("message")))
        .endsWith(" 401");
  }

  @Test
  void aReplacedBundleCountsAfterAReloadAndABrokenOneKeepsTheOld() throws IOException {
    var path = "/scep-mtls/phones?operation=GetCACaps";
    ca("ca-c");
    client("late", "ca-c", "extendedKeyUsage = clientAuth", "30");
    assertThat(curl("late", PORT, path)).endsWith(" 401");

    Files.writeString(
        FILES.resolve("bundle-b.pem"),
        Files.readString(FILES.resolve("ca-b.crt")) + Files.readString(FILES.resolve("ca-c.crt")));
    assertThat(reload().succeeded().stdout()).contains("changed", "mtls", "phones", "CN=ca-c");
    assertThat(curl("late", PORT, path)).endsWith(" 200");

    Files.writeString(FILES.resolve("bundle-b.pem"), "nothing");
    assertThat(reload().exitedWith(1).stdout()).contains("kept", "mtls", "no certificate in");
    assertThat(curl("late", PORT, path)).endsWith(" 200");

    copy("ca-b.crt", "bundle-b.pem");
    reload().succeeded();
    assertThat(curl("late", PORT, path)).endsWith(" 401");
  }

  private static Command.Result reload() {
    return SERVER.command("reload").run();
  }

  private byte[] post(String client, String path, byte[] message) throws IOException {
    Files.write(work.resolve("message"), message);
    var out = work.resolve("reply");
    var body = "@" + work.resolve("message");
    assertThat(curl(client, PORT, path, "--data-binary", body, "-o", out.toString()))
        .endsWith(" 200");
    return Files.readAllBytes(out);
  }

  /// What curl printed: the body, and after a space the status.
  private static String curl(String client, int port, String path, String... more) {
    var command =
        Command.of("curl", "-s", "--path-as-is", "-w", " %{http_code}")
            .and("--cacert", SERVER.data().chainFile().toString())
            .and(more);
    if (!client.isEmpty()) {
      command = command.and("--cert", file(client + ".crt"), "--key", file(client + ".key"));
    }
    return command.and("https://localhost:" + port + path).run().succeeded().stdout();
  }

  private static void ca(String name) {
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=" + name)
        .and("-addext", "keyUsage = critical, keyCertSign", "-keyout", name + ".key")
        .and("-out", name + ".crt")
        .run()
        .succeeded();
  }

  private static void client(String name, String ca, String extension, String days) {
    try {
      Files.writeString(FILES.resolve("extensions"), extension + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name)
        .and("-keyout", name + ".key", "-out", name + ".csr")
        .run()
        .succeeded();
    openssl("x509", "-req", "-in", name + ".csr", "-out", name + ".crt", "-days", days)
        .and("-CA", ca + ".crt", "-CAkey", ca + ".key", "-extfile", "extensions")
        .and("-set_serial", Long.toString(System.nanoTime()))
        .run()
        .succeeded();
  }

  private static Command openssl(String... words) {
    return Command.of("openssl").and(words).in(FILES);
  }

  private static String file(String name) {
    return FILES.resolve(name).toString();
  }

  private static void copy(String from, String to) {
    try {
      Files.writeString(FILES.resolve(to), Files.readString(FILES.resolve(from)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
