package org.certctl.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.pki.Sha256;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.Identity;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.http.MediaTypes;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

/// What a probe finds in the CA certificates that a server hands out.
class ProbeCaCertificatesTest extends ProbeFixture {

  // CA certificates: form

  private static byte[] pem(byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void readsPemButSaysThatItIsWrong() {
    server.scep.caBody = ProbeCaCertificatesTest::pem;

    finds("ca_pem", Severity.PROBLEM, "Apple", "jscep");
    assertThat(probe().has("ra_roles")).isTrue();
  }

  @Test
  void readsBase64ButSaysThatItIsWrong() {
    server.scep.caBody = der -> Base64.getMimeEncoder().encode(der);

    finds("ca_base64", Severity.PROBLEM, "Windows");
  }

  @Test
  void tellsOfOctetsAfterTheCertificates() {
    server.scep.caBody = der -> Arrays.copyOf(der, der.length + 1);

    finds("ca_trailing_octets", Severity.PROBLEM, "certmonger");
  }

  @Test
  void tellsOfIndefiniteLengths() {
    server.scep.caBody = ProbeCaCertificatesTest::indefinite;

    finds("ca_indefinite_length", Severity.WARNING, "strongSwan");
    assertThat(probe().has("ra_roles")).isTrue();
  }

  /// The same with an outer length that is not said: header of two to four octets replaced.
  private static byte[] indefinite(byte[] der) {
    int header = (der[1] & 0x80) == 0 ? 2 : 2 + (der[1] & 0x7f);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(0x80);
    out.write(der, header, der.length - header);
    out.write(0);
    out.write(0);
    return out.toByteArray();
  }

  @Test
  void tellsOfTheOtherMediaType() {
    server.scep.caType = MediaTypes.CA_CERT;

    finds("ca_media_type", Severity.PROBLEM, "Apple", "micromdm scepclient");
  }

  @Test
  void tellsOfMediaTypesWithParameters() {
    server.scep.caType = MediaTypes.CA_RA_CERT + ";charset=utf-8";

    finds("ca_media_type_form", Severity.WARNING, "certmonger");
  }

  @Test
  void tellsOfASingleCertificateInAContainer() {
    server.scep.certificates =
        List.of(TestCa.root(TestCa.CA_USAGE | TestCa.RA_USAGE).certificate());
    server.scep.caBody = _ -> CertsOnly.encode(server.scep.certificates);
    server.scep.caType = MediaTypes.CA_RA_CERT;

    finds("ca_needless_container", Severity.WARNING, "Apple");
  }

  @Test
  void tellsOfWhatIsNoCertificateAtAll() {
    server.scep.caBody = _ -> "<html>login</html>".getBytes(StandardCharsets.US_ASCII);

    finds("ca_unreadable", Severity.PROBLEM);
  }

  // CA certificates: roles

  private void shows(X509CertificateHolder... certificates) {
    server.scep.certificates = List.of(certificates);
  }

  @Test
  void tellsWhenTheRootIsMissing() {
    shows(TestCa.RA.certificate(), TestCa.ISSUER.certificate());

    finds("ca_no_root", Severity.WARNING, "strongSwan", "Apple");
  }

  @Test
  void tellsWhenTheIssuerIsMissing() {
    shows(TestCa.RA.certificate(), TestCa.ROOT.certificate());

    finds("ra_not_issued_by_ca", Severity.PROBLEM, "jscep");
  }

  @Test
  void tellsWhenTheRaMayNotDecrypt() {
    shows(
        ra(KeyUsage.digitalSignature, TestCa.ISSUER),
        TestCa.ISSUER.certificate(),
        TestCa.ROOT.certificate());

    finds("ra_key_usage", Severity.PROBLEM, "Apple");
  }

  @Test
  void tellsWhenTheRaIsSplit() {
    shows(
        ra(KeyUsage.digitalSignature, TestCa.ISSUER),
        ra(KeyUsage.keyEncipherment, TestCa.ISSUER),
        TestCa.ISSUER.certificate(),
        TestCa.ROOT.certificate());

    finds("ra_split", Severity.WARNING, "sscep");
  }

  @Test
  void tellsWhenTheRaIsNotTheIssuingCas() {
    shows(
        ra(TestCa.RA_USAGE, TestCa.ROOT),
        new TestCa.Template("CN=Other CA,O=Corp", TestCa.ISSUER_KEYS, true, TestCa.CA_USAGE)
            .issuedBy(TestCa.ISSUER),
        TestCa.ISSUER.certificate(),
        TestCa.ROOT.certificate());

    assertThat(probe().has("ra_not_issued_by_ca")).isFalse();
    shows(
        ra(TestCa.RA_USAGE, new Identity(KEYS, TestCa.ISSUER.certificate())),
        TestCa.ISSUER.certificate(),
        TestCa.ROOT.certificate());
    finds("ra_not_issued_by_ca", Severity.PROBLEM, "jscep");
  }

  @Test
  void tellsWhenACaWithoutRaMayNotDoTheWorkOfOne() {
    server.scep.ra = TestCa.ROOT;
    shows(TestCa.ROOT.certificate());

    finds("ca_key_usage", Severity.WARNING, "Apple");
  }

  @Test
  void acceptsACaThatIsItsOwnRa() {
    server.scep.ra = TestCa.root(TestCa.CA_USAGE | TestCa.RA_USAGE);
    shows(server.scep.ra.certificate());

    assertThat(probe().inOrder()).allMatch(finding -> finding.severity() == Severity.OK);
  }

  @Test
  void tellsOfExpiryBeforeAndAfter() {
    TestCa.Template template =
        new TestCa.Template("CN=RA,O=Corp", TestCa.RA_KEYS, false, TestCa.RA_USAGE);
    X509CertificateHolder soon =
        template.until(TestCa.NOW.plus(Duration.ofDays(29))).issuedBy(TestCa.ISSUER);
    shows(soon, TestCa.ISSUER.certificate(), TestCa.ROOT.certificate());
    finds("ca_expires_soon", Severity.WARNING);

    X509CertificateHolder gone = template.until(TestCa.NOW.minusSeconds(1)).issuedBy(TestCa.ISSUER);
    shows(gone, TestCa.ISSUER.certificate(), TestCa.ROOT.certificate());
    finds("ca_expired", Severity.PROBLEM);
  }

  @Test
  void tellsOfOrder() {
    shows(TestCa.ISSUER.certificate(), TestCa.RA.certificate(), TestCa.ROOT.certificate());

    finds("ca_order", Severity.NOTE, "old sscep");
  }

  @Test
  void tellsOfTheWrongCa() {
    fingerprint = Optional.of(Sha256.over(new byte[0]));
    challenge = Optional.of(Secret.of(TestServer.CHALLENGE));

    finds("ca_wrong_fingerprint", Severity.PROBLEM);
    assertThat(server.scep.seen).doesNotContain(MessageType.PKCS_REQ);
  }

  @Test
  void tellsOfIdentifiersThatAreNotFound() {
    server.broken = query -> query.rawQuery().contains("message=CAIdentifier");
    server.brokenStatus = 404;

    finds("ca_identifier_refused", Severity.PROBLEM, "sscep");
  }
}
