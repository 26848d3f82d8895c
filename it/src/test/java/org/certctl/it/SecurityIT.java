package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacks that are about what the server says (SEC-3, SEC-16, A11, A20).
final class SecurityIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final Set<String> CHANGING =
      Set.of("2.16.840.1.113733.1.9.5", "1.2.840.113549.1.9.5");

  @Test
  void SEC3_A11_everythingUnreadableIsAnsweredAlike() {
    var answers = new HashSet<String>();
    for (var message : Unreadable.messages(SERVER)) {
      var response = Crafted.post(SERVER, message.build());

      Reply.of(response).failedWith(FailInfoCode.BAD_REQUEST);
      answers.add(withoutWhatChanges(response));
    }

    assertThat(answers).hasSize(1);
  }

  @Test
  void SEC16_refusesItsOwnReplies() {
    var device = new Device(SERVER, "mirror");
    var success = device.send();
    device.certificate(success);
    var failure = new Device(SERVER, "mirror").request(_ -> {}).send();

    Crafted.send(SERVER, success.bytes()).failedWith(FailInfoCode.BAD_REQUEST);
    Crafted.send(SERVER, failure.bytes()).failedWith(FailInfoCode.BAD_REQUEST);
    assertThat(new Inventory(SERVER.data()).certificatesFor("mirror")).hasSize(1);
  }

  @Test
  void A20_aRequestForAnotherCaOrWithAnotherChallengeLeavesTheTransactionAsItWas()
      throws Exception {
    var device = new Device(SERVER, "unmoved");
    var certificate = device.enroll();

    for (var wrong : List.of("not-the-challenge", "")) {
      new Device(SERVER, "unmoved")
          .transactionId(device.transactionId())
          .request(csr -> csr.challenge(wrong))
          .send()
          .failedWith(FailInfoCode.BAD_REQUEST);
    }
    new Device(SERVER, "unmoved")
        .transactionId(device.transactionId())
        .recipient(SERVER.data().root())
        .send()
        .failedWith(FailInfoCode.BAD_REQUEST);

    assertThat(device.enroll()).isEqualTo(certificate);
    assertThat(new Inventory(SERVER.data()).certificatesOfTransaction(device.transactionId()))
        .hasSize(1);
  }

  /// An answer in hexadecimal, with nonce, time and the signature over both blanked, and headers
  /// without the request's id and the date.
  private static String withoutWhatChanges(RawHttp.Response response) {
    var text = HexFormat.of().formatHex(response.body());
    for (var octets : changing(response.body())) {
      var hex = HexFormat.of().formatHex(octets);
      assertThat(text).contains(hex);
      text = text.replace(hex, "-".repeat(hex.length()));
    }
    var headers = new ArrayList<>(response.headers());
    headers.removeIf(line -> line.startsWith("X-Request-Id:") || line.startsWith("Date:"));
    return response.statusLine() + "\n" + String.join("\n", headers) + "\n" + text;
  }

  private static List<byte[]> changing(byte[] reply) {
    var signed = SignedData.getInstance(ContentInfo.getInstance(reply).getContent());
    var signer = SignerInfo.getInstance(signed.getSignerInfos().getObjectAt(0));
    var values = new ArrayList<byte[]>();
    for (ASN1Encodable element : signer.getAuthenticatedAttributes()) {
      var attribute = Attribute.getInstance(element);
      ASN1ObjectIdentifier type = attribute.getAttrType();
      if (CHANGING.contains(type.getId())) {
        values.add(content(attribute.getAttrValues().getObjectAt(0)));
      }
    }
    values.add(signer.getEncryptedDigest().getOctets());
    return values;
  }

  private static byte[] content(ASN1Encodable value) {
    try {
      var encoded = value.toASN1Primitive().getEncoded("DER");
      return Arrays.copyOfRange(encoded, 2, encoded.length);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
