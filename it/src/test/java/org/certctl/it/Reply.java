package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.Selector;

/// A CertRep, read with Bouncy Castle's own CMS classes and not with ours.
final class Reply {

  private static final String SCEP = "2.16.840.1.113733.1.9.";
  private static final ASN1ObjectIdentifier MESSAGE_TYPE = new ASN1ObjectIdentifier(SCEP + "2");
  private static final ASN1ObjectIdentifier PKI_STATUS = new ASN1ObjectIdentifier(SCEP + "3");
  private static final ASN1ObjectIdentifier FAIL_INFO = new ASN1ObjectIdentifier(SCEP + "4");
  private static final ASN1ObjectIdentifier SENDER_NONCE = new ASN1ObjectIdentifier(SCEP + "5");
  private static final ASN1ObjectIdentifier RECIPIENT_NONCE = new ASN1ObjectIdentifier(SCEP + "6");
  private static final ASN1ObjectIdentifier TRANSACTION_ID = new ASN1ObjectIdentifier(SCEP + "7");

  private static final ASN1ObjectIdentifier FAIL_INFO_TEXT =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.24.1");

  private final byte[] bytes;
  private final SignerInformation signer;
  private final X509CertificateHolder signerCertificate;
  private final Optional<byte[]> content;

  private Reply(
      byte[] bytes,
      SignerInformation signer,
      X509CertificateHolder signerCertificate,
      Optional<byte[]> content) {
    this.bytes = bytes;
    this.signer = signer;
    this.signerCertificate = signerCertificate;
    this.content = content;
  }

  /// Reads the body of an HTTP response, which must be a 200 with a CertRep whose signature is
  /// good.
  static Reply of(RawHttp.Response response) {
    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.headers()).contains("Content-Type: application/x-pki-message");
    return of(response.body());
  }

  /// Reads a CertRep whose signature must be good.
  static Reply of(byte[] bytes) {
    try {
      var attached = new CMSSignedData(bytes);
      var content = Optional.ofNullable(attached.getSignedContent()).map(Reply::octets);
      var signed =
          content.isPresent()
              ? attached
              : new CMSSignedData(new CMSProcessableByteArray(new byte[0]), bytes);
      assertThat(signed.getSignerInfos().size()).as("signers").isEqualTo(1);
      var signer = signed.getSignerInfos().iterator().next();
      @SuppressWarnings("unchecked") // SignerId does not say what it selects
      Selector<X509CertificateHolder> bySigner = signer.getSID();
      var matching = List.copyOf(signed.getCertificates().getMatches(bySigner));
      assertThat(matching).as("the signer's certificate").hasSize(1);
      var certificate = matching.getFirst();
      assertThat(signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate)))
          .as("signature of the reply")
          .isTrue();
      var reply = new Reply(bytes, signer, certificate, content);
      assertThat(reply.text(MESSAGE_TYPE)).as("messageType").isEqualTo("3");
      return reply;
    } catch (CMSException | OperatorCreationException | CertificateException e) {
      throw new AssertionError("not a CertRep", e);
    }
  }

  /// The bytes as they came.
  byte[] bytes() {
    return bytes.clone();
  }

  /// `0` SUCCESS, `2` FAILURE, `3` PENDING.
  String pkiStatus() {
    return text(PKI_STATUS);
  }

  /// The code of a FAILURE: `0` badAlg, `1` badMessageCheck, `2` badRequest, `3` badTime, `4`
  /// badCertId.
  Optional<String> failInfo() {
    return attribute(FAIL_INFO).map(value -> DERPrintableString.getInstance(value).getString());
  }

  /// What a FAILURE says in words (RFC 8894, section 3.2.1.4).
  Optional<String> failInfoText() {
    return attribute(FAIL_INFO_TEXT).map(value -> ASN1UTF8String.getInstance(value).getString());
  }

  /// The transactionID.
  String transactionId() {
    return text(TRANSACTION_ID);
  }

  /// The server's nonce.
  byte[] senderNonce() {
    return octets(SENDER_NONCE);
  }

  /// The nonce of the request, given back.
  byte[] recipientNonce() {
    return octets(RECIPIENT_NONCE);
  }

  /// The certificate that signed it.
  X509CertificateHolder signerCertificate() {
    return signerCertificate;
  }

  /// The OID of the digest in the SignerInfo.
  String digestAlgorithm() {
    return signer.getDigestAlgOID();
  }

  /// The OID of the signature algorithm in the SignerInfo.
  String signatureAlgorithm() {
    return signer.getEncryptionAlgOID();
  }

  /// Whether there is an envelope.
  boolean hasEnvelope() {
    return content.isPresent();
  }

  /// The envelope of a SUCCESS.
  CMSEnvelopedData envelope() {
    try {
      return new CMSEnvelopedData(content.orElseThrow());
    } catch (CMSException e) {
      throw new AssertionError("not an envelope", e);
    }
  }

  /// Opens the envelope with the key that signed the request: the certificates in their order.
  List<X509Certificate> certificates(KeyPair requesterKey) {
    try {
      var recipients = envelope().getRecipientInfos().getRecipients();
      assertThat(recipients).as("recipients").hasSize(1);
      var inner =
          new CMSSignedData(
              recipients
                  .iterator()
                  .next()
                  .getContent(new JceKeyTransEnvelopedRecipient(requesterKey.getPrivate())));
      assertThat(inner.getSignerInfos().size()).as("signers of the inner message").isZero();
      assertThat(inner.getSignedContent()).as("content of the inner message").isNull();
      var factory = CertificateFactory.getInstance("X.509");
      var certificates = new ArrayList<X509Certificate>();
      for (var holder : inner.getCertificates().getMatches(null)) {
        certificates.add(
            (X509Certificate)
                factory.generateCertificate(new ByteArrayInputStream(holder.getEncoded())));
      }
      return certificates;
    } catch (CMSException | CertificateException | IOException e) {
      throw new AssertionError("not a certs-only message", e);
    }
  }

  /// The issued certificate, which must be the only one.
  X509Certificate certificate(KeyPair requesterKey) {
    assertThat(pkiStatus())
        .as("pkiStatus; failInfo %s", failInfo().orElse("absent"))
        .isEqualTo("0");
    var certificates = certificates(requesterKey);
    assertThat(certificates).hasSize(1);
    return certificates.getFirst();
  }

  /// This reply, if it is a FAILURE as RFC 8894 wants one, with this failInfo.
  Reply failedWith(FailInfoCode expected) {
    assertThat(pkiStatus()).as("pkiStatus").isEqualTo("2");
    assertThat(failInfo()).as("failInfo").contains(expected.wireValue());
    assertThat(hasEnvelope()).as("has an envelope").isFalse();
    assertThat(senderNonce()).as("senderNonce").hasSize(16);
    return this;
  }

  /// The numbers of RFC 8894, section 3.2.1.4, from outside.
  enum FailInfoCode {
    /// An algorithm is not accepted.
    BAD_ALG("0"),
    /// The integrity check failed.
    BAD_MESSAGE_CHECK("1"),
    /// The transaction is not permitted.
    BAD_REQUEST("2");

    private final String wireValue;

    FailInfoCode(String wireValue) {
      this.wireValue = wireValue;
    }

    String wireValue() {
      return wireValue;
    }
  }

  private String text(ASN1ObjectIdentifier oid) {
    var value = attribute(oid).orElseThrow(() -> new AssertionError("no attribute " + oid));
    assertThat(value).as("%s", oid).isInstanceOf(DERPrintableString.class);
    return ((DERPrintableString) value).getString();
  }

  private byte[] octets(ASN1ObjectIdentifier oid) {
    var value = attribute(oid).orElseThrow(() -> new AssertionError("no attribute " + oid));
    return ASN1OctetString.getInstance(value).getOctets();
  }

  private Optional<ASN1Primitive> attribute(ASN1ObjectIdentifier oid) {
    AttributeTable table = signer.getSignedAttributes();
    var all = table.getAll(oid);
    if (all.size() == 0) {
      return Optional.empty();
    }
    assertThat(all.size()).as("attributes %s", oid).isEqualTo(1);
    var values = org.bouncycastle.asn1.cms.Attribute.getInstance(all.get(0)).getAttributeValues();
    assertThat(values).as("values of %s", oid).hasSize(1);
    return Optional.of(values[0].toASN1Primitive());
  }

  private static byte[] octets(CMSTypedData content) {
    return Arrays.copyOf((byte[]) content.getContent(), ((byte[]) content.getContent()).length);
  }
}
