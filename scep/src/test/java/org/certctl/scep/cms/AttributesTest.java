package org.certctl.scep.cms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;
import static org.certctl.scep.fixtures.Messages.unanswerable;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.certctl.scep.FailInfo;
import org.certctl.scep.Nonce;
import org.certctl.scep.TransactionId;
import org.certctl.scep.TransactionId.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Section 1.8 of the checklist: signed attributes.
class AttributesTest {
  @Test
  void AT1_cannotAnswerWithoutTransactionId() {
    unanswerable(pkcsReq().omit(ScepOid.TRANSACTION_ID).build(), "transaction_id_missing");
  }

  @Test
  void AT1_refusesMissingMessageType() {
    var rejected =
        rejected(pkcsReq().omit(ScepOid.MESSAGE_TYPE), RejectReason.MESSAGE_TYPE_UNKNOWN);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_REQUEST);
  }

  @Test
  void AT1_refusesMissingSenderNonce() {
    var rejected =
        rejected(pkcsReq().omit(ScepOid.SENDER_NONCE), RejectReason.SENDER_NONCE_UNUSABLE);
    assertThat(rejected.context().senderNonce()).isEmpty();
  }

  @Test
  void AT2_acceptsOtherStringTypes() {
    var utf8 = opened(pkcsReq().attribute(ScepOid.TRANSACTION_ID, new DERUTF8String("grün")));
    assertThat(utf8.context().transactionId())
        .isEqualTo(TransactionId.of("grün".getBytes(UTF_8), Encoding.UTF8_STRING));
    assertThat(utf8.context().transactionId().encoding()).isEqualTo(Encoding.UTF8_STRING);
    var ia5 =
        opened(
            pkcsReq()
                .attribute(ScepOid.TRANSACTION_ID, new DERIA5String("id"))
                .attribute(ScepOid.MESSAGE_TYPE, new DERIA5String("19")));
    assertThat(ia5.context().transactionId().encoding()).isEqualTo(Encoding.IA5_STRING);
    opened(pkcsReq().attribute(ScepOid.MESSAGE_TYPE, new DERUTF8String("19")));
  }

  @Test
  void AT2_refusesOtherTypes() {
    for (ASN1Encodable odd :
        new ASN1Encodable[] {
          new DEROctetString(new byte[] {1}), new ASN1Integer(19), new DERBMPString("19")
        }) {
      unanswerable(
          pkcsReq().attribute(ScepOid.TRANSACTION_ID, odd).build(), "transaction_id_missing");
      rejected(pkcsReq().attribute(ScepOid.MESSAGE_TYPE, odd), RejectReason.MESSAGE_TYPE_UNKNOWN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789ABCDEF0123456789ABCDEF01234567",
        "0123456789abcdef0123456789abcdef01234567",
        "w7G0+/aK3cM=",
        "SSCEP transactionId",
        "7XXEY-ERLPU-2JDR9",
        "a@b_c*d&e"
      })
  void AT3_AT4_takesTransactionIdsAsTheyCome(String id) {
    var opened = opened(pkcsReq().transactionId(TransactionId.of(id)));
    assertThat(opened.context().transactionId()).isEqualTo(TransactionId.of(id));
    assertThat(opened.context().transactionId().text()).isEqualTo(id);
  }

  @Test
  void AT3_limitsTransactionIdTo255Octets() {
    String longest = "x".repeat(255);
    opened(pkcsReq().attribute(ScepOid.TRANSACTION_ID, new DERPrintableString(longest)));
    unanswerable(
        pkcsReq().attribute(ScepOid.TRANSACTION_ID, new DERPrintableString(longest + "x")).build(),
        "transaction_id_missing");
    unanswerable(
        pkcsReq().attribute(ScepOid.TRANSACTION_ID, new DERPrintableString("")).build(),
        "transaction_id_missing");
    unanswerable(
        pkcsReq()
            .attribute(ScepOid.TRANSACTION_ID, new DERPrintableString("x".repeat(65536)))
            .build(),
        "transaction_id_missing");
  }

  @Test
  void AT3_comparesTransactionIdsByOctets() {
    assertThat(TransactionId.of("abc")).isNotEqualTo(TransactionId.of("ABC"));
    assertThat(TransactionId.of("abc"))
        .isEqualTo(TransactionId.of("abc".getBytes(ISO_8859_1), Encoding.UTF8_STRING));
  }

  @Test
  void SEC14_writesTransactionIdsOnOneLine() {
    var id = TransactionId.of("a\r\nb\u0000\u001b[31m\\");
    assertThat(id.text()).isEqualTo("a\\x0d\\x0ab\\x00\\x1b[31m\\x5c");
    assertThat(id).hasToString(id.text());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 16, 32, 64})
  void AT5_acceptsNoncesOf1To64Octets(int length) {
    byte[] nonce = new byte[length];
    var opened = opened(pkcsReq().senderNonce(nonce));
    assertThat(opened.context().senderNonce()).contains(Nonce.of(nonce));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65, 5000})
  void AT5_refusesOtherNonces(int length) {
    rejected(pkcsReq().senderNonce(new byte[length]), RejectReason.SENDER_NONCE_UNUSABLE);
  }

  @Test
  void AT5_refusesNonceOfAnotherType() {
    rejected(
        pkcsReq().attribute(ScepOid.SENDER_NONCE, new DERPrintableString("0123456789abcdef")),
        RejectReason.SENDER_NONCE_UNUSABLE);
  }

  @Test
  void AT6_refusesRepeatedAttributes() {
    rejected(
        pkcsReq().extraAttribute(ScepOid.MESSAGE_TYPE, new DERPrintableString("19")),
        RejectReason.ATTRIBUTE_REPEATED);
    rejected(
        pkcsReq()
            .attribute(
                ScepOid.MESSAGE_TYPE, new DERPrintableString("17"), new DERPrintableString("19")),
        RejectReason.ATTRIBUTE_REPEATED);
    rejected(pkcsReq().attribute(ScepOid.SENDER_NONCE), RejectReason.ATTRIBUTE_REPEATED);
    unanswerable(
        pkcsReq().extraAttribute(ScepOid.TRANSACTION_ID, new DERPrintableString("2")).build(),
        "transaction_id_missing");
  }

  @Test
  void AT7_ignoresAttributesOfReplies() {
    opened(
        pkcsReq()
            .attribute(ScepOid.PKI_STATUS, new DERPrintableString("0"))
            .attribute(ScepOid.FAIL_INFO, new DERPrintableString("9"))
            .attribute(ScepOid.RECIPIENT_NONCE, new DEROctetString(new byte[3])));
  }

  @Test
  void AT8_ignoresUnknownAttributes() {
    var randomNonce = new ASN1ObjectIdentifier("1.2.840.113549.1.9.25.3");
    opened(
        pkcsReq()
            .attribute(randomNonce, new DEROctetString(new byte[8]))
            .extraAttribute(randomNonce, new DEROctetString(new byte[9])));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3",
        "0",
        "1",
        "18",
        "23",
        "255",
        "",
        " 19",
        "19 ",
        "019",
        "+19",
        "-19",
        "1９",
        "١٩",
        "19\u0000",
        "190",
        "PKCSReq",
        "99999999999999999999999999"
      })
  void SD11_SEC9_refusesUndefinedMessageTypes(String type) {
    var rejected =
        rejected(
            pkcsReq().attribute(ScepOid.MESSAGE_TYPE, new DERUTF8String(type)),
            RejectReason.MESSAGE_TYPE_UNKNOWN);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_REQUEST);
  }

  @Test
  void SEC9_A9_refusesEveryUndefinedNumber() {
    for (int type = 0; type < 256; type++) {
      if (type != 17 && (type < 19 || type > 22)) {
        rejected(
            pkcsReq()
                .attribute(ScepOid.MESSAGE_TYPE, new DERPrintableString(Integer.toString(type))),
            RejectReason.MESSAGE_TYPE_UNKNOWN);
      }
    }
  }
}
