package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bouncycastle.cms.CMSSignedData;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requesters whose key cannot encrypt: envelopes by the static challenge as a password, both ways
/// (EN-5, RE-16; RFC 8894, section 3.1), cross-checked with OpenSSL's own PasswordRecipientInfo.
final class EcRequesterIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withEcCa()
          .with("CERTCTL_SCEP_PROFILES", "default,closed")
          .with("CERTCTL_SCEP_PROFILE_CLOSED_ISSUER_ID", "iss-local")
          .with("CERTCTL_SCEP_PROFILE_CLOSED_CHALLENGE_PASSWORD", "another-challenge-1")
          .with("CERTCTL_SCEP_PROFILE_CLOSED_PASSWORD_ENVELOPES", "false");

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(strings = {"p256", "p384"})
  void en5_ourClientEnrollsWithAnEcKey(String keyType) throws Exception {
    var out = work.resolve("device.pem");

    enroll(SERVER.httpUrl(), "ec-" + keyType, keyType, SERVER.data().challenge(), out).succeeded();

    OpenSsl.assertAccepts(SERVER.data(), out, work);
    var issued = DataDirectory.certificates(out).getFirst();
    assertThat(issued.getPublicKey().getAlgorithm()).isEqualTo("EC");
    assertThat(issued.getKeyUsage()[0]).as("digitalSignature").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA"})
  void en5_openSslSealsTheRequestAndOpensTheAnswer(String signature) throws Exception {
    var device = device("ec-openssl-" + signature.substring(3, 6), signature);
    sealByOpenSsl(device, SERVER.data().challenge());

    var reply = device.send();

    assertThat(reply.pkiStatus()).isEqualTo("0");
    var sealed = work.resolve("reply.der");
    Files.write(sealed, reply.envelope().getEncoded());
    var opened = work.resolve("reply.p7");
    Command.of("openssl", "cms", "-decrypt", "-inform", "DER", "-in", sealed.toString())
        .and("-pwri_password", SERVER.data().challenge(), "-binary", "-out", opened.toString())
        .run()
        .succeeded();
    var inner = new CMSSignedData(Files.readAllBytes(opened));
    assertThat(inner.getCertificates().getMatches(null))
        .singleElement()
        .satisfies(
            certificate ->
                assertThat(certificate.getSubjectPublicKeyInfo().getEncoded())
                    .isEqualTo(device.key().getPublic().getEncoded()));
  }

  @Test
  void sec3_anotherPasswordIsRefusedLikeAnyUnreadableEnvelope() throws IOException {
    var device = device("ec-wrong", "SHA256withECDSA");
    sealByOpenSsl(device, "not-the-challenge");

    var reply = device.send().failedWith(FailInfoCode.BAD_REQUEST);

    assertThat(reply.failInfoText()).contains("envelope_unreadable");
    assertThat(new Inventory(SERVER.data()).certificatesFor("ec-wrong")).isEmpty();
  }

  @Test
  void re16_anEcSignerWithKeyTransportGetsBadAlgBeforeAnythingIsConsumed() {
    var device = device("ec-keytrans", "SHA256withECDSA");

    device.send().failedWith(FailInfoCode.BAD_ALG);

    assertThat(new Inventory(SERVER.data()).events(device.transactionId()))
        .extracting(Inventory.Event::reason)
        .containsExactly("requester_key_not_allowed");
  }

  @Test
  void re16_whereItIsSwitchedOffTheAnswerIsBadAlg() {
    var result =
        enroll(
            SERVER.httpUrl().replace("/default", "/closed"),
            "ec-closed",
            "p256",
            "another-challenge-1",
            work.resolve("closed.pem"));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr()).contains("badAlg", "requester_key_not_allowed");
  }

  private static Device device(String commonName, String signature) {
    return new Device(SERVER, commonName)
        .key(Keys.freshEc())
        .requesterKey(Keys.freshEc())
        .signature(signature);
  }

  /// Has OpenSSL put the device's PKCS#10 into an envelope for this password.
  private void sealByOpenSsl(Device device, String password) throws IOException {
    var csr =
        new Csr("CN=" + device.commonName() + ",O=certctl", device.key())
            .challenge(SERVER.data().challenge());
    var plain = work.resolve("csr.der");
    Files.write(plain, csr.build().getEncoded());
    var sealed = work.resolve("request.der");
    Command.of("openssl", "cms", "-encrypt", "-binary", "-in", plain.toString())
        .and("-pwri_password", password, "-aes-128-cbc", "-outform", "DER")
        .and("-out", sealed.toString())
        .run()
        .succeeded();
    device.envelope(Files.readAllBytes(sealed));
  }

  private Command.Result enroll(
      String url, String commonName, String keyType, String challenge, Path out) {
    try {
      var file = work.resolve("challenge");
      Files.writeString(file, challenge, StandardCharsets.UTF_8);
      return Certctl.command("enroll", url, "--subject", "CN=" + commonName + ",O=certctl")
          .and("--key-type", keyType, "--challenge-file", file.toString(), "--out", out.toString())
          .run();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
