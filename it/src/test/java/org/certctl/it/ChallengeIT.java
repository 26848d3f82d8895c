package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The static challenge (CH-1 to CH-3, CH-7, CH-11).
final class ChallengeIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");

  @Test
  void refusesWrong() {
    assertRefused("wrong", csr -> csr.challenge("not-the-challenge"));
  }

  @Test
  void refusesMissing() {
    assertRefused("missing", _ -> {});
  }

  @Test
  void refusesEmpty() {
    assertRefused("empty", csr -> csr.challenge(""));
  }

  @Test
  void refusesRightWithBlankBehind() {
    assertRefused("blank", csr -> csr.challenge(SERVER.data().challenge() + " "));
  }

  @Test
  void refusesTwoEvenIfOneIsRight() {
    assertRefused(
        "two", csr -> csr.challenge(SERVER.data().challenge()).challenge("not-the-challenge"));
  }

  @Test
  void saysTheSameOfWrongAndMissing() {
    var wrong = new Device(SERVER, "same-1").request(csr -> csr.challenge("wrong")).send();
    var missing = new Device(SERVER, "same-2").request(_ -> {}).send();

    assertThat(wrong.failInfoText()).isEqualTo(missing.failInfoText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"printable", "utf8", "ia5", "t61", "bmp", "universal"})
  void takesEveryStringType(String type) {
    var challenge = SERVER.data().challenge();

    new Device(SERVER, "type-" + type)
        .request(csr -> csr.challenge(encoded(type, challenge)))
        .enroll();
  }

  @Test
  void keepsNoChallengeInTheDatabase() {
    var wrong = "a-wrong-challenge-to-look-for";
    new Device(SERVER, "kept-1").enroll();
    new Device(SERVER, "kept-2").request(csr -> csr.challenge(wrong)).send();

    var inventory = new Inventory(SERVER.data());
    assertThat(inventory.mentions("kept-1")).isTrue();
    assertThat(inventory.mentions(SERVER.data().challenge())).isFalse();
    assertThat(inventory.mentions(wrong)).isFalse();
    assertThat(SERVER.log()).doesNotContain(wrong);
  }

  @Test
  void CH11_isNotInTheCertificate() throws Exception {
    var certificate = new Device(SERVER, "kept-3").enroll().getEncoded();

    assertThat(new String(certificate, StandardCharsets.ISO_8859_1))
        .doesNotContain(SERVER.data().challenge());
  }

  private static void assertRefused(String name, Consumer<Csr> request) {
    var device = new Device(SERVER, "challenge-" + name).request(request);

    device.send().failedWith(FailInfoCode.BAD_REQUEST);

    var inventory = new Inventory(SERVER.data());
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).isEmpty();
    assertThat(inventory.events(device.transactionId())).hasSize(1);
  }

  private static ASN1Encodable encoded(String type, String text) {
    return switch (type) {
      case "printable" -> new DERPrintableString(text);
      case "ia5" -> new DERIA5String(text);
      case "t61" -> new DERT61String(text);
      case "bmp" -> new DERBMPString(text);
      case "universal" -> new DERUniversalString(utf32(text));
      default -> new DERUTF8String(text);
    };
  }

  private static byte[] utf32(String text) {
    return text.getBytes(StandardCharsets.UTF_32BE);
  }
}
