package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// RA and TLS files that the operator replaces while the server runs.
final class ReloadIT {

  private static final Path FILES = Certctl.workDirectory("ReloadIT-files");
  private static final Path RA = FILES.resolve("ra.crt");
  private static final Path RA_KEY = FILES.resolve("ra.key");
  private static final String TLS_PATH = "CERTCTL_SERVER_TLS_CERT_PATH";
  private static final String TLS_KEY_PATH = "CERTCTL_SERVER_TLS_KEY_PATH";

  private static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", RA.toString())
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", RA_KEY.toString());

  @BeforeAll
  static void start() throws IOException {
    SERVER.initialise(Certctl.workDirectory("ReloadIT"));
    issue("RA 1", "keyUsage = digitalSignature, keyEncipherment", RA, RA_KEY);
    SERVER.start();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
    SERVER.assertSound();
  }

  @Test
  void aReplacedRaIsAnnouncedAndUsedAndABrokenOneKeepsIt() throws Exception {
    var first = DataDirectory.certificates(RA).getFirst();
    assertThat(announced()).isEqualTo(first);
    new Device(SERVER, "reload-1").recipient(first).enroll();

    issue("RA 2", "keyUsage = digitalSignature, keyEncipherment", RA, RA_KEY);
    assertThat(reload().succeeded().stdout()).contains("changed", "ra", "default", "CN=RA 2");

    var second = DataDirectory.certificates(RA).getFirst();
    assertThat(announced()).isEqualTo(second).isNotEqualTo(first);
    assertThat(signerOf(new Device(SERVER, "reload-2").recipient(second))).isEqualTo(second);
    assertThat(signerOf(new Device(SERVER, "reload-3").recipient(first)))
        .as("who knows the old RA is answered by it")
        .isEqualTo(first);

    var good = Files.readString(RA);
    Files.writeString(RA, "no certificate at all");
    var kept = reload().exitedWith(1);
    assertThat(kept.stdout()).contains("kept", "ra", "default", "no certificate in", "CN=RA 2");
    assertThat(announced()).isEqualTo(second);
    new Device(SERVER, "reload-4").recipient(second).enroll();

    issue("Not an RA", "keyUsage = keyAgreement", RA, FILES.resolve("other.key"));
    assertThat(reload().exitedWith(1).stdout()).contains("kept", "still used: CN=RA 2");
    assertThat(announced()).isEqualTo(second);

    Files.writeString(RA, good);
    assertThat(reload().succeeded().stdout()).contains("unchanged");
    assertThat(SERVER.audited("--action", "reload")).contains("default", "changed", "kept");
  }

  @Test
  void newConnectionsGetTheNewTlsCertificateAndOpenOnesGoOn() throws Exception {
    var certificate = SERVER.data().file(TLS_PATH);
    var key = SERVER.data().file(TLS_KEY_PATH);
    var context = context();
    try (var open = RawHttp.tls(SERVER.httpsPort(), context)) {
      assertThat(health(open)).isEqualTo(200);

      issue("TLS 2", "subjectAltName = DNS:localhost, IP:127.0.0.1", certificate, key);
      assertThat(reload().succeeded().stdout()).contains("changed", "tls", "CN=TLS 2");

      assertThat(health(open)).isEqualTo(200);
    }
    var good = Files.readString(certificate);
    var second = DataDirectory.certificates(certificate).getFirst();
    assertThat(served(context)).isEqualTo(second);
    assertThat(tlsSecondsLeft()).isBetween(1.0, (double) Duration.ofDays(20).toSeconds());

    issue("TLS 3", "subjectAltName = DNS:localhost", certificate, FILES.resolve("other.key"));
    assertThat(reload().exitedWith(1).stdout()).contains("kept", "tls", "still used: CN=TLS 2");
    assertThat(served(context())).isEqualTo(second);

    Files.writeString(certificate, good);
    assertThat(reload().succeeded().stdout()).contains("unchanged");
  }

  private static Command.Result reload() {
    return SERVER.command("reload").run();
  }

  private static X509Certificate signerOf(Device device) throws Exception {
    var reply = device.send();
    assertThat(device.certificate(reply)).isNotNull();
    return parsed(reply.signerCertificate());
  }

  private static X509Certificate parsed(X509CertificateHolder certificate) throws Exception {
    return parsed(certificate.getEncoded());
  }

  private static X509Certificate parsed(byte[] der) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(der))
            .iterator()
            .next();
  }

  private static X509Certificate announced() throws Exception {
    return parsed(RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACert").body());
  }

  private static int health(RawHttp connection) throws IOException {
    connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return connection.read().status();
  }

  private static double tlsSecondsLeft() throws IOException {
    return SERVER
        .metric("certctl_certificate_expiry_seconds{kind=\"tls\",name=\"server\"}")
        .orElseThrow();
  }

  private static X509Certificate served(SSLContext context) throws IOException {
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("localhost", SERVER.httpsPort())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLContext context() throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("issuing", SERVER.data().chain().getFirst());
    trusted.setCertificateEntry("root", SERVER.data().root());
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  /// Makes a key and a certificate of two weeks from the issuing CA, and moves both into place.
  private static void issue(String name, String extension, Path certificate, Path key)
      throws IOException {
    Files.writeString(FILES.resolve("extensions"), extension + "\n");
    Command.of("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name)
        .and("-keyout", "new.key", "-out", "new.csr")
        .in(FILES)
        .run()
        .succeeded();
    Command.of("openssl", "x509", "-req", "-in", "new.csr", "-days", "14", "-out", "new.crt")
        .and("-extfile", "extensions", "-CA", SERVER.data().chainFile().toString())
        .and("-CAkey", SERVER.data().file("CERTCTL_CA_KEY_PATH").toString())
        .and("-set_serial", Long.toString(System.nanoTime()))
        .in(FILES)
        .run()
        .succeeded();
    Files.setPosixFilePermissions(
        FILES.resolve("new.key"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    for (var move :
        List.of(
            List.of(FILES.resolve("new.key"), key),
            List.of(FILES.resolve("new.crt"), certificate))) {
      Files.move(move.getFirst(), move.getLast(), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
