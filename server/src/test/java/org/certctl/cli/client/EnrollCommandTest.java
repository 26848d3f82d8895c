package org.certctl.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.certctl.cli.CertctlCommandLine;
import org.certctl.cli.CommandContext;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.config.Environment;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.RequesterKey;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrollCommandTest {
  private final TestServer server = new TestServer();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
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

  private int run(String... options) {
    CommandContext context =
        new CommandContext(
            Environment.of(Map.of()),
            TestCa.PROVIDERS,
            TestCa.CLOCK,
            TestCa.RANDOM,
            new PrintWriter(out),
            new PrintWriter(err),
            "test");
    EnrollCommand command =
        new EnrollCommand(
            context,
            Terminal.none(),
            duration -> {
              throw new AssertionError("nothing to wait for: " + duration);
            },
            new ByteArrayInputStream(
                (TestServer.CHALLENGE + "\n").getBytes(StandardCharsets.UTF_8)));
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/scep";
    List<String> arguments = new java.util.ArrayList<>(List.of("enroll", url));
    arguments.addAll(List.of(options));
    return new CertctlCommandLine(context, List.of(command)).run(arguments.toArray(String[]::new));
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

    assertThat(err.toString()).contains("nothing vouches");
    assertThat(exit).isZero();
    var certificate = CertificateChain.read(directory.resolve("dev1.pem"));
    RequesterKey key = RequesterKey.read(directory.resolve("dev1.key"), TestCa.PROVIDERS);
    assertThat(certificate.first().getSubjectPublicKeyInfo().getEncoded())
        .isEqualTo(key.keyPair().getPublic().getEncoded());
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file("dev1.key")))))
        .isEqualTo("rw-------");
    assertThat(CertificateChain.read(directory.resolve("chain.pem")).certificates()).hasSize(2);
    assertThat(out.toString() + err).doesNotContain(TestServer.CHALLENGE);
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
    assertThat(err.toString())
        .contains("challenge on the command line")
        .contains("challenge_refused");
    assertThat(err.toString()).contains("\n    hint: the challenge is wrong");
    assertThat(directory.resolve("dev1.pem")).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithTheCommandLine() {
    assertThat(run("--subject=nonsense", "--out", file("a.pem"))).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--cipher=rot13")).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--ca-fingerprint=beef")).isEqualTo(2);
    assertThat(run("--subject=CN=a", "--out", file("a.pem"), "--key-type=p256")).isEqualTo(2);
    assertThat(server.queries).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }
}
