package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose CA stands below an offline root, with name constraints and the root's CRL.
final class CaSetupsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path work;

  @Test
  void issuesBelowAnOfflineRootWhoseCrlItServes() throws Exception {
    var server = CertctlServer.withRsaCa();
    var root = work.resolve("root.crt");
    var rootKey = work.resolve("root.key");
    Certctl.run(
            "ca",
            "make-root",
            "--name",
            "O=Corp,CN=Corp Root",
            "--key-type",
            "p384",
            "--key",
            rootKey.toString(),
            "--out",
            root.toString())
        .succeeded();
    var data = work.resolve("data");
    Certctl.run(
            "init",
            "--data-dir",
            data.toString(),
            "--host",
            "localhost",
            "--subordinate",
            "--organization",
            "Corp",
            "--exclude",
            "email:corp.example",
            "--exclude",
            "dns:forbidden.example")
        .succeeded();
    var sub = work.resolve("sub.crt");
    Certctl.run(
            "ca",
            "sign-csr",
            "--ca-cert",
            root.toString(),
            "--ca-key",
            rootKey.toString(),
            "--csr",
            data.resolve("ca-request/ca.csr").toString(),
            "--out",
            sub.toString(),
            "--public-url",
            "http://127.0.0.1:" + server.httpPort())
        .succeeded();
    Certctl.run("ca", "install", sub.toString(), "--data-dir", data.toString()).succeeded();
    server.use(data, work);
    server.start();
    var crl = work.resolve("root.crl");
    Certctl.run(
            "ca",
            "sign-crl",
            "--ca-cert",
            root.toString(),
            "--ca-key",
            rootKey.toString(),
            "--out",
            crl.toString())
        .succeeded();
    server.command("ca", "crl", "import", crl.toString()).run().succeeded();

    var certificate = new Device(server, "device").enroll();
    var path = crlPath(sub);
    var rootCrl = fetched(server, path, "root");
    assertThat(RawHttp.get(server.httpPort(), path).header("ETag")).isPresent();
    assertThat(RawHttp.get(server.httpPort(), path.replace("/crl/", "/ca/")).status())
        .isEqualTo(200);
    Await.until(
        "the issuing CA's CRL",
        PATIENCE,
        () -> status(server, "/.well-known/pki/crl/iss-local") == 200);
    var issuingCrl = fetched(server, "/.well-known/pki/crl/iss-local", "issuing");
    var crls = work.resolve("crls.pem");
    Files.writeString(crls, Files.readString(rootCrl) + Files.readString(issuingCrl));
    var leaf = OpenSsl.writePem(work.resolve("leaf.pem"), List.of(certificate));
    Command.of(
            "openssl",
            "verify",
            "-x509_strict",
            "-crl_check_all",
            "-CAfile",
            root.toString(),
            "-untrusted",
            sub.toString(),
            "-CRLfile",
            crls.toString(),
            leaf.toString())
        .run()
        .succeeded();

    var refused = new Device(server, "host.forbidden.example").send();
    assertThat(refused.failInfo()).isPresent();
    assertThat(server.audited("--outcome", "refused")).contains("name_constraint_violated");

    var revoking = work.resolve("root-2.crl");
    var serial = DataDirectory.certificates(sub).getFirst().getSerialNumber().toString(16);
    Certctl.run(
            "ca",
            "sign-crl",
            "--ca-cert",
            root.toString(),
            "--ca-key",
            rootKey.toString(),
            "--previous",
            crl.toString(),
            "--revoke",
            serial + "=cACompromise",
            "--out",
            revoking.toString())
        .succeeded();
    server.command("ca", "crl", "import", revoking.toString()).run().succeeded();
    Files.writeString(
        crls, Files.readString(fetched(server, path, "root-2")) + Files.readString(issuingCrl));
    assertThat(
            Command.of(
                    "openssl",
                    "verify",
                    "-crl_check_all",
                    "-CAfile",
                    root.toString(),
                    "-untrusted",
                    sub.toString(),
                    "-CRLfile",
                    crls.toString(),
                    leaf.toString())
                .run()
                .output())
        .contains("certificate revoked");
    server.stop();
    server.assertSound();
  }

  /// The path of the root's CRL, as the issuing CA's certificate says it.
  private static String crlPath(Path certificate) {
    var text =
        Command.of("openssl", "x509", "-noout", "-text", "-in", certificate.toString())
            .run()
            .succeeded()
            .stdout();
    return text.replaceAll("(?s).*URI:http://[^/]*(/.well-known/pki/crl/[a-z0-9-]+).*", "$1");
  }

  private static int status(CertctlServer server, String path) {
    try {
      return RawHttp.get(server.httpPort(), path).status();
    } catch (IOException e) {
      return 0;
    }
  }

  private Path fetched(CertctlServer server, String path, String name) throws IOException {
    var response = RawHttp.get(server.httpPort(), path);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/pkix-crl");
    var der = Files.write(work.resolve(name + ".der"), response.body());
    var pem = work.resolve(name + ".pem");
    Command.of("openssl", "crl", "-inform", "DER", "-in", der.toString(), "-out", pem.toString())
        .run()
        .succeeded();
    return pem;
  }
}
