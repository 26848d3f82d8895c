package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire, byte for byte (CAP, CAC, HTTP-9 to HTTP-11, RE).
final class WireIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @ParameterizedTest
  @ValueSource(strings = {"", "&message=0", "&message=default", "&message=x%20y"})
  void announcesCapabilities(String message) throws IOException {
    var response = get("/scep/default?operation=GetCACaps" + message);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("text/plain");
    assertThat(response.header("Content-Length"))
        .contains(Integer.toString(response.body().length));
    assertThat(response.text()).matches("[A-Za-z0-9-]+(\n[A-Za-z0-9-]+)*");
    assertThat(response.text().split("\n"))
        .contains("POSTPKIOperation", "SHA-256", "SHA-384", "SHA-512", "AES", "SCEPStandard")
        .doesNotContain("DES3", "SHA-1", "GetNextCACert", "AES256", "AES192")
        .doesNotHaveDuplicates();
    assertThat(response.body().length).isLessThan(1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "&message=0", "&message=1", "&message=32", "&message=unknown-ca"})
  void hasRaThenIssuingThenRoot(String message) throws Exception {
    var response = get("/scep/default?operation=GetCACert" + message);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/x-x509-ca-ra-cert");
    assertThat(response.body()).startsWith(0x30, 0x82);
    var message7 = new CMSSignedData(response.body());
    assertThat(message7.getEncoded("DL")).isEqualTo(response.body());
    assertThat(message7.getSignerInfos().size()).isZero();
    assertThat(message7.getSignedContent()).isNull();
    var expected = new ArrayList<Certificate>();
    expected.add(SERVER.data().raCertificate());
    expected.addAll(SERVER.data().chain());
    assertThat(certificatesOf(message7)).isEqualTo(expected);
  }

  @Test
  void hasNoNextCaCertificate() throws IOException {
    assertThat(get("/scep/default?operation=GetNextCACert").status()).isEqualTo(404);
  }

  @Test
  void answersSuccessInDefiniteLengths() throws Exception {
    var device = new Device(SERVER, "wire-1");

    var response =
        RawHttp.post(SERVER.httpPort(), "/scep/default?operation=PKIOperation", device.message());

    var reply = device.read(response);
    assertThat(response.header("Content-Type")).contains("application/x-pki-message");
    assertThat(response.header("Cache-Control")).contains("no-store");
    assertThat(response.header("Content-Length"))
        .contains(Integer.toString(response.body().length));
    assertThat(response.header("Transfer-Encoding")).isEmpty();
    assertThat(response.header("Server").orElse("")).doesNotContain("Microsoft", "Tomcat");
    assertThat(new CMSSignedData(response.body()).getEncoded("DL")).isEqualTo(response.body());
    assertThat(reply.digestAlgorithm()).isEqualTo("2.16.840.1.101.3.4.2.1");
    assertThat(reply.signatureAlgorithm()).isEqualTo("1.2.840.113549.1.1.1");
    assertThat(reply.senderNonce()).hasSize(16);
    assertThat(reply.failInfo()).isEmpty();
    assertThat(reply.signerCertificate())
        .isEqualTo(new X509CertificateHolder(SERVER.data().raCertificate().getEncoded()));
    var recipient = reply.envelope().getRecipientInfos().getRecipients().iterator().next();
    assertThat(recipient.getKeyEncryptionAlgOID()).isEqualTo("1.2.840.113549.1.1.1");
    device.certificate(reply);
  }

  @Test
  void answersFailureWithStatus200() throws IOException {
    var device = new Device(SERVER, "wire-2").request(_ -> {});

    var response =
        RawHttp.post(SERVER.httpPort(), "/scep/default?operation=PKIOperation", device.message());

    assertThat(response.status()).isEqualTo(200);
    device.read(response).failedWith(FailInfoCode.BAD_REQUEST);
  }

  @Test
  void serves404ForUnknownProfile() throws IOException {
    var response = get("/scep/unknown?operation=GetCACaps");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.headers()).contains("Content-Type: text/plain");
    assertThat(response.text()).doesNotContain("unknown", "<");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/scep/default",
        "/scep/default/",
        "/scep/default/pkiclient.exe",
        "/scep/default/pkiclient.exe/pkiclient.exe",
        "/scep/default/any/thing/else"
      })
  void servesEverySuffix(String path) throws IOException {
    assertThat(get(path + "?operation=GetCACaps").text()).contains("SCEPStandard");
    var device = new Device(SERVER, "wire-suffix");

    var response =
        RawHttp.post(SERVER.httpPort(), path + "?operation=PKIOperation", device.message());

    device.certificate(device.read(response));
  }

  @Test
  void takesAPostWithoutOperation() throws IOException {
    var device = new Device(SERVER, "wire-3");

    var response = RawHttp.post(SERVER.httpPort(), "/scep/default", device.message());

    device.certificate(device.read(response));
  }

  @Test
  void refusesAPostOfAnotherOperation() throws IOException {
    var response =
        RawHttp.post(SERVER.httpPort(), "/scep/default?operation=GetCACert", new byte[] {0});

    assertThat(response.status()).isEqualTo(400);
  }

  @Test
  void servesNothingButScepWithoutTls() throws IOException {
    for (var path : new String[] {"/", "/health", "/ready", "/metrics", "/actuator", "/admin"}) {
      assertThat(get(path).status()).as(path).isEqualTo(404);
    }
  }

  private static RawHttp.Response get(String target) throws IOException {
    return RawHttp.get(SERVER.httpPort(), target);
  }

  private static List<Certificate> certificatesOf(CMSSignedData message) throws Exception {
    var factory = CertificateFactory.getInstance("X.509");
    var certificates = new ArrayList<Certificate>();
    for (var holder : message.getCertificates().getMatches(null)) {
      certificates.add(factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
    }
    return certificates;
  }
}
