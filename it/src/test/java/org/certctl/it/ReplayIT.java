package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Messages that come again, and messages that are taken from others (A1 to A4, 1.16, SEC-1,
/// SEC-2).
final class ReplayIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private final Inventory inventory = new Inventory(SERVER.data());

  @Test
  void A1_answersTheSameBytesWithTheSameCertificate() {
    var device = new Device(SERVER, "replay-1");

    var first = device.enroll();
    var firstNonce = device.send();
    var third = device.send();

    assertThat(device.certificate(third)).isEqualTo(first);
    assertThat(third.senderNonce()).isNotEqualTo(firstNonce.senderNonce());
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).hasSize(1);
    assertThat(inventory.events(device.transactionId()))
        .extracting(Inventory.Event::outcome)
        .containsExactly("intended", "issued", "repeated", "repeated");
  }

  @Test
  void A1_answersFiftyAtOnceWithTheSameCertificate() throws Exception {
    var device = new Device(SERVER, "replay-2");
    var certificates =
        Device.atOnce(Collections.nCopies(50, device)).stream().map(device::certificate).toList();

    assertThat(certificates).hasSize(50).containsOnly(certificates.getFirst());
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).hasSize(1);
  }

  @Test
  void answersTheSameRequestInANewMessageOfTheSameRequester() {
    var device = new Device(SERVER, "replay-3");
    var first = device.enroll();

    var again =
        new Device(SERVER, "replay-3")
            .key(device.key())
            .requesterKey(device.key())
            .transactionId(device.transactionId())
            .envelope(device.envelope());

    assertThat(again.enroll()).isEqualTo(first);
    assertThat(inventory.certificatesOfTransaction(device.transactionId())).hasSize(1);
  }

  @Test
  void issuesAnewForTheSameTransactionIdWithAnotherRequest() {
    var first = new Device(SERVER, "replay-4");
    var second = new Device(SERVER, "replay-4").transactionId(first.transactionId());

    assertThat(second.enroll()).isNotEqualTo(first.enroll());
    assertThat(inventory.certificatesOfTransaction(first.transactionId())).hasSize(2);
  }

  @Test
  void givesEachKeyItsOwnCertificateForOneStaticChallenge() {
    var first = new Device(SERVER, "replay-5").key(Keys.freshEc());
    var second = new Device(SERVER, "replay-6").key(Keys.freshEc());

    assertThat(first.enroll().getPublicKey()).isEqualTo(first.key().getPublic());
    assertThat(second.enroll().getPublicKey()).isEqualTo(second.key().getPublic());
  }

  @Test
  void SEC1_A4_givesTheThiefOfAnEnvelopeNothingButItsVictimsCertificate() {
    var victim = new Device(SERVER, "replay-7").key(Keys.freshRsa());
    var thief =
        new Device(SERVER, "replay-7")
            .key(victim.key())
            .requesterKey(Keys.freshRsa())
            .envelope(victim.envelope());

    // Whatever the thief is told, a certificate can only be one for the victim's key.
    var stolen = thief.send();
    if (stolen.pkiStatus().equals("0")) {
      thief.certificate(stolen);
    }

    var certificate = victim.requesterKey(victim.key()).enroll();
    assertThat(certificate.getPublicKey()).isEqualTo(victim.key().getPublic());
  }

  @Test
  void SEC2_refusesAStolenEnvelopeUnderAnotherMessageType() {
    for (var type :
        new String[] {"17", "18", "20", "21", "22", "3", "0", "255", "019", "19 ", ""}) {
      var victim = new Device(SERVER, "replay-8");
      var thief =
          new Device(SERVER, "replay-8")
              .requesterKey(Keys.rsa())
              .messageType(type)
              .envelope(victim.envelope());

      var reply = thief.send();

      assertThat(reply.pkiStatus()).as("messageType '%s'", type).isEqualTo("2");
      assertThat(inventory.certificatesOfTransaction(thief.transactionId())).isEmpty();
    }
  }

  @Test
  void A3_replaysNothingToADifferentRequesterWithoutTheChallenge() {
    var device = new Device(SERVER, "replay-9");
    device.enroll();
    var other =
        new Device(SERVER, "replay-9")
            .key(device.key())
            .requesterKey(Keys.freshRsa())
            .transactionId(device.transactionId())
            .request(_ -> {});

    other.send().failedWith(FailInfoCode.BAD_REQUEST);
  }
}
