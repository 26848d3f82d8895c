package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/// A device that enrolls: its keys, its request, and the message it makes of them with Bouncy
/// Castle's own CMS classes, right or wrong as a test wants it.
///
/// Everything is fixed when the message is made for the first time; the same device then sends the
/// same bytes again.
final class Device {

  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SCEP = "2.16.840.1.113733.1.9.";

  private final CertctlServer server;
  private final String commonName;
  private final byte[] senderNonce = new byte[16];
  private KeyPair key = Keys.rsa();
  private KeyPair requesterKey = key;
  private @Nullable X509Certificate signerCertificate;
  private String transactionId;
  private String messageType = "19";
  private ASN1ObjectIdentifier cipher = CMSAlgorithm.AES128_CBC;
  private String signature = "SHA256withRSA";
  private Consumer<Csr> request;
  private @Nullable X509Certificate recipient;
  private byte[] envelope = new byte[0];
  private byte[] message = new byte[0];

  /// A device that does everything right: AES-128, SHA-256, the right challenge, one RSA key for
  /// request and message.
  Device(CertctlServer server, String commonName) {
    this.server = server;
    this.commonName = commonName;
    RANDOM.nextBytes(senderNonce);
    var random = new byte[20];
    RANDOM.nextBytes(random);
    this.transactionId = HexFormat.of().withUpperCase().formatHex(random);
    this.request = csr -> csr.challenge(server.data().challenge());
  }

  /// Uses this key for the PKCS#10; the message is still signed with the requester's key.
  Device key(KeyPair value) {
    this.key = value;
    return this;
  }

  /// Signs the message, and reads the reply, with this key.
  Device requesterKey(KeyPair value) {
    this.requesterKey = value;
    return this;
  }

  /// Signs the message with the certificate to be renewed and its key.
  Device renewing(X509Certificate certificate, KeyPair itsKey) {
    this.signerCertificate = certificate;
    this.requesterKey = itsKey;
    return this;
  }

  /// Names the transaction.
  Device transactionId(String value) {
    this.transactionId = value;
    return this;
  }

  /// Sends this messageType.
  Device messageType(String value) {
    this.messageType = value;
    return this;
  }

  /// Encrypts with this algorithm.
  Device cipher(ASN1ObjectIdentifier value) {
    this.cipher = value;
    return this;
  }

  /// Signs the message with this algorithm, as `SHA256withRSA`.
  Device signature(String value) {
    this.signature = value;
    return this;
  }

  /// Encrypts to this certificate instead of the newest of the server.
  Device recipient(X509Certificate value) {
    this.recipient = value;
    return this;
  }

  /// Fills the PKCS#10 in this way instead of with the right challenge alone.
  Device request(Consumer<Csr> value) {
    this.request = value;
    return this;
  }

  /// Puts this envelope into the message instead of one of its own.
  Device envelope(byte[] value) {
    this.envelope = value.clone();
    return this;
  }

  /// The common name it asks for.
  String commonName() {
    return commonName;
  }

  /// The transactionID.
  String transactionId() {
    return transactionId;
  }

  /// The nonce of its message.
  byte[] senderNonce() {
    return senderNonce.clone();
  }

  /// The key in the PKCS#10.
  KeyPair key() {
    return key;
  }

  /// The pkiMessage.
  byte[] message() {
    if (message.length == 0) {
      try {
        message = signed(envelope());
      } catch (CMSException
          | IOException
          | OperatorCreationException
          | GeneralSecurityException e) {
        throw new AssertionError("cannot make the message", e);
      }
    }
    return message.clone();
  }

  /// The EnvelopedData within the message.
  byte[] envelope() {
    if (envelope.length == 0) {
      var csr = new Csr("CN=" + commonName + ",O=certctl", key);
      request.accept(csr);
      try {
        var generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(
            new JceKeyTransRecipientInfoGenerator(
                    recipient == null ? server.data().raCertificate() : recipient)
                .setProvider(PROVIDER));
        envelope =
            generator
                .generate(
                    new CMSProcessableByteArray(csr.build().getEncoded()),
                    new JceCMSContentEncryptorBuilder(cipher).setProvider(PROVIDER).build())
                .getEncoded();
      } catch (CMSException | IOException | GeneralSecurityException e) {
        throw new AssertionError("cannot make the envelope", e);
      }
    }
    return envelope.clone();
  }

  /// Sends the message by POST and reads the reply, which must be a CertRep to this very message.
  Reply send() {
    try {
      return read(
          RawHttp.post(server.httpPort(), "/scep/default?operation=PKIOperation", message()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a reply, which must be a CertRep to this very message.
  Reply read(RawHttp.Response response) {
    var reply = Reply.of(response);
    if (!reply.transactionId().equals(transactionId)
        || !MessageDigest.isEqual(reply.recipientNonce(), senderNonce)
        || MessageDigest.isEqual(reply.senderNonce(), senderNonce)) {
      throw new AssertionError("not the reply to this message: " + reply.transactionId());
    }
    return reply;
  }

  /// Sends the message and opens the SUCCESS it must get.
  X509Certificate enroll() {
    return certificate(send());
  }

  /// Sends all of them at the same time; the answers come in the order of the devices.
  static List<Reply> atOnce(List<Device> devices) throws InterruptedException, ExecutionException {
    devices.forEach(Device::message);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = devices.stream().map(device -> threads.submit(device::send)).toList();
      var replies = new ArrayList<Reply>();
      for (var reply : running) {
        replies.add(reply.get());
      }
      return replies;
    }
  }

  /// Opens a SUCCESS; the certificate must be for this device's key.
  X509Certificate certificate(Reply reply) {
    var certificate = reply.certificate(requesterKey);
    if (!certificate.getPublicKey().equals(key.getPublic())) {
      throw new AssertionError("not a certificate for this key");
    }
    return certificate;
  }

  private byte[] signed(byte[] content)
      throws CMSException, IOException, OperatorCreationException, GeneralSecurityException {
    var certificate =
        signerCertificate == null
            ? Keys.selfSigned("CN=" + commonName + ",O=certctl", requesterKey)
            : signerCertificate;
    var attributes = new ASN1EncodableVector();
    attributes.add(attribute("2", new DERPrintableString(messageType)));
    attributes.add(attribute("5", new DEROctetString(senderNonce)));
    attributes.add(attribute("7", new DERPrintableString(transactionId)));
    var generator = new CMSSignedDataGenerator();
    generator.addSignerInfoGenerator(
        new JcaSignerInfoGeneratorBuilder(
                new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build())
            .setSignedAttributeGenerator(
                new DefaultSignedAttributeTableGenerator(new AttributeTable(attributes)))
            .build(
                new JcaContentSignerBuilder(signature)
                    .setProvider(PROVIDER)
                    .build(requesterKey.getPrivate()),
                certificate));
    generator.addCertificates(new JcaCertStore(List.of(certificate)));
    return generator.generate(new CMSProcessableByteArray(content), true).getEncoded();
  }

  private static Attribute attribute(String arc, ASN1Encodable value) {
    return new Attribute(new ASN1ObjectIdentifier(SCEP + arc), new DERSet(value));
  }
}
