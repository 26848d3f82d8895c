package org.certctl.scep.client;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.TransactionId;
import org.certctl.scep.cms.EnvelopeEncoder;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.ScepOid;
import org.jspecify.annotations.Nullable;

/// Builds the messages of a requester (RFC 8894, section 3), right by default and wrong on purpose.
///
/// Needed: a signer, a recipient and the plaintext. Everything else has a default and can be
/// overridden part by part. Not for use by several threads.
public final class PkiMessageBuilder {
  private final ScepCrypto crypto;
  private final EnvelopeEncoder envelopes;

  private @Nullable Identity signer;
  private final List<X509CertificateHolder> recipients = new ArrayList<>();
  private final List<ASN1Encodable> rawRecipientInfos = new ArrayList<>();
  private @Nullable EnvelopePassword password;
  private boolean recipientByKeyIdentifier;
  private byte[] plaintext = new byte[0];
  private ContentCipher cipher = ContentCipher.AES_128;
  private KeyTransport keyTransport = KeyTransport.RSA_PKCS1;
  private UnaryOperator<byte[]> contentKeyChange = UnaryOperator.identity();
  private UnaryOperator<byte[]> encryptedKeyChange = UnaryOperator.identity();
  private UnaryOperator<byte[]> initializationVectorChange = UnaryOperator.identity();
  private UnaryOperator<byte[]> encryptedContentChange = UnaryOperator.identity();
  private UnaryOperator<byte[]> envelopeChange = UnaryOperator.identity();
  private boolean withContent = true;
  private ASN1ObjectIdentifier contentType = CMSObjectIdentifiers.data;

  private final Map<ASN1ObjectIdentifier, List<ASN1Encodable>> attributes = new LinkedHashMap<>();
  private final Set<ASN1ObjectIdentifier> omitted = new HashSet<>();
  private final List<ASN1Encodable> extraAttributes = new ArrayList<>();
  private final List<ASN1Encodable> unsignedAttributes = new ArrayList<>();
  private boolean withSignedAttributes = true;
  private boolean sortAttributes = true;

  private DigestAlgorithm digest = DigestAlgorithm.SHA256;
  private @Nullable AlgorithmIdentifier digestAlgorithm;
  private @Nullable AlgorithmIdentifier signatureAlgorithm;
  private UnaryOperator<byte[]> signatureChange = UnaryOperator.identity();
  private @Nullable PrivateKey signingKey;
  private boolean signerByKeyIdentifier;
  private @Nullable List<X509CertificateHolder> certificates;
  private int signerCount = 1;
  private CmsStructure structure = CmsStructure.DEFINITE;

  /// Starts a PKCSReq with a random transactionID and senderNonce.
  public PkiMessageBuilder(ScepCrypto crypto, SecureRandom random) {
    this.crypto = crypto;
    this.envelopes = new EnvelopeEncoder(crypto, random);
    type(MessageType.PKCS_REQ);
    senderNonce(Nonce.random(random).octets());
    transactionId(TransactionId.of(Nonce.random(random).toString()));
  }

  /// The messageType.
  public PkiMessageBuilder type(MessageType type) {
    return attribute(ScepOid.MESSAGE_TYPE, new DERPrintableString(type.wireValue()));
  }

  /// The transactionID, as PrintableString whatever its characters.
  public PkiMessageBuilder transactionId(TransactionId id) {
    String octets = new String(id.octets(), java.nio.charset.StandardCharsets.ISO_8859_1);
    return attribute(ScepOid.TRANSACTION_ID, new DERPrintableString(octets));
  }

  /// The senderNonce, of any length.
  public PkiMessageBuilder senderNonce(byte[] octets) {
    return attribute(ScepOid.SENDER_NONCE, new DEROctetString(octets));
  }

  /// The signingTime.
  public PkiMessageBuilder signingTime(Instant instant) {
    return attribute(CMSAttributes.signingTime, new Time(Date.from(instant)));
  }

  /// Who signs, and whose certificate goes along.
  public PkiMessageBuilder signer(Identity identity) {
    this.signer = identity;
    return this;
  }

  /// Signs with another key than that of the signer's certificate.
  public PkiMessageBuilder signingKey(PrivateKey key) {
    this.signingKey = key;
    return this;
  }

  /// Adds a recipient of the envelope.
  public PkiMessageBuilder recipient(X509CertificateHolder certificate) {
    recipients.add(certificate);
    return this;
  }

  /// Adds a recipient as it is written, before the others.
  public PkiMessageBuilder rawRecipientInfo(ASN1Encodable recipientInfo) {
    rawRecipientInfos.add(recipientInfo);
    return this;
  }

  /// Adds whoever knows a password as a recipient (RFC 8894, section 3.1).
  public PkiMessageBuilder password(EnvelopePassword shared) {
    this.password = shared;
    return this;
  }

  /// Names recipients by their subject key identifier.
  public PkiMessageBuilder recipientByKeyIdentifier() {
    this.recipientByKeyIdentifier = true;
    return this;
  }

  /// What is in the envelope.
  public PkiMessageBuilder plaintext(byte[] content) {
    this.plaintext = content.clone();
    return this;
  }

  /// The content encryption algorithm.
  public PkiMessageBuilder cipher(ContentCipher algorithm) {
    this.cipher = algorithm;
    return this;
  }

  /// The key transport.
  public PkiMessageBuilder keyTransport(KeyTransport transport) {
    this.keyTransport = transport;
    return this;
  }

  /// Changes the content key that recipients get, but not the one in use.
  public PkiMessageBuilder changeContentKey(UnaryOperator<byte[]> change) {
    this.contentKeyChange = change;
    return this;
  }

  /// Changes the encrypted content key.
  public PkiMessageBuilder changeEncryptedKey(UnaryOperator<byte[]> change) {
    this.encryptedKeyChange = change;
    return this;
  }

  /// Changes the initialization vector that is sent.
  public PkiMessageBuilder changeInitializationVector(UnaryOperator<byte[]> change) {
    this.initializationVectorChange = change;
    return this;
  }

  /// Changes the encrypted content.
  public PkiMessageBuilder changeEncryptedContent(UnaryOperator<byte[]> change) {
    this.encryptedContentChange = change;
    return this;
  }

  /// Changes or replaces the encoded envelope, before it is signed.
  public PkiMessageBuilder changeEnvelope(UnaryOperator<byte[]> change) {
    this.envelopeChange = change;
    return this;
  }

  /// Leaves the signed content out.
  public PkiMessageBuilder withoutContent() {
    this.withContent = false;
    return this;
  }

  /// The type of the signed content, in place of id-data.
  public PkiMessageBuilder contentType(ASN1ObjectIdentifier type) {
    this.contentType = type;
    return this;
  }

  /// Sets the values of a signed attribute: any number of them.
  public PkiMessageBuilder attribute(ASN1ObjectIdentifier type, ASN1Encodable... values) {
    attributes.put(type, List.of(values));
    return this;
  }

  /// Adds a signed attribute without looking whether there is one of that type.
  public PkiMessageBuilder extraAttribute(ASN1ObjectIdentifier type, ASN1Encodable... values) {
    extraAttributes.add(attributeOf(type, List.of(values)));
    return this;
  }

  /// Adds an attribute outside of the signature.
  public PkiMessageBuilder unsignedAttribute(ASN1ObjectIdentifier type, ASN1Encodable... values) {
    unsignedAttributes.add(attributeOf(type, List.of(values)));
    return this;
  }

  /// Leaves a signed attribute out.
  public PkiMessageBuilder omit(ASN1ObjectIdentifier type) {
    omitted.add(type);
    return this;
  }

  /// Leaves all signed attributes out and signs the content itself.
  public PkiMessageBuilder withoutSignedAttributes() {
    this.withSignedAttributes = false;
    return this;
  }

  /// Writes and signs the attributes in an order that is not DER's.
  public PkiMessageBuilder unsortedAttributes() {
    this.sortAttributes = false;
    return this;
  }

  /// The message digest.
  public PkiMessageBuilder digest(DigestAlgorithm algorithm) {
    this.digest = algorithm;
    return this;
  }

  /// Writes another digest algorithm than the one in use.
  public PkiMessageBuilder digestAlgorithm(AlgorithmIdentifier algorithm) {
    this.digestAlgorithm = algorithm;
    return this;
  }

  /// Writes this signature algorithm in place of the key's own.
  public PkiMessageBuilder signatureAlgorithm(AlgorithmIdentifier algorithm) {
    this.signatureAlgorithm = algorithm;
    return this;
  }

  /// Changes the signature after it was made.
  public PkiMessageBuilder changeSignature(UnaryOperator<byte[]> change) {
    this.signatureChange = change;
    return this;
  }

  /// Names the signer by its subject key identifier.
  public PkiMessageBuilder signerByKeyIdentifier() {
    this.signerByKeyIdentifier = true;
    return this;
  }

  /// The certificates to send, in place of the signer's.
  public PkiMessageBuilder certificates(List<X509CertificateHolder> list) {
    this.certificates = List.copyOf(list);
    return this;
  }

  /// How many times the SignerInfo is written.
  public PkiMessageBuilder signerCount(int count) {
    this.signerCount = count;
    return this;
  }

  /// The form of the encoding, at both layers.
  public PkiMessageBuilder structure(CmsStructure form) {
    this.structure = form;
    return this;
  }

  /// The encoded message.
  public byte[] build() {
    Identity from = signer();
    byte @Nullable [] content = withContent ? envelopeChange.apply(envelope()) : null;
    ASN1Primitive signed = signedAttributes(content);
    byte[] toSign =
        withSignedAttributes
            ? encoded(signed, sortAttributes ? "DER" : "DL")
            : content == null ? new byte[0] : content;
    byte[] signature = signatureChange.apply(sign(toSign));
    AlgorithmIdentifier digestIdentifier =
        digestAlgorithm != null
            ? digestAlgorithm
            : new AlgorithmIdentifier(digest.oid(), DERNull.INSTANCE);
    var fields = new ArrayList<ASN1Encodable>();
    fields.add(new ASN1Integer(signerByKeyIdentifier ? 3 : 1));
    fields.add(
        signerByKeyIdentifier
            ? structure.tagged(false, 0, keyIdentifier(from.certificate()))
            : EnvelopeEncoder.issuerAndSerialNumber(from.certificate()));
    fields.add(digestIdentifier);
    if (withSignedAttributes) {
      fields.add(new org.bouncycastle.asn1.DLTaggedObject(false, 0, signed));
    }
    fields.add(signatureAlgorithm());
    fields.add(new DEROctetString(signature));
    if (!unsignedAttributes.isEmpty()) {
      fields.add(structure.tagged(false, 1, new DERSet(array(unsignedAttributes))));
    }
    return encoded(signedData(content, digestIdentifier, structure.sequence(fields)), "BER");
  }

  private ASN1Encodable signedData(
      byte @Nullable [] content, AlgorithmIdentifier digestIdentifier, ASN1Encodable signerInfo) {
    var encapsulated = new ArrayList<ASN1Encodable>();
    encapsulated.add(contentType);
    if (content != null) {
      encapsulated.add(structure.tagged(true, 0, structure.octets(content)));
    }
    var signers = new ArrayList<ASN1Encodable>();
    for (int i = 0; i < signerCount; i++) {
      signers.add(signerInfo);
    }
    var fields = new ArrayList<ASN1Encodable>();
    fields.add(new ASN1Integer(1));
    fields.add(new DERSet(digestIdentifier));
    fields.add(structure.sequence(encapsulated));
    List<X509CertificateHolder> sent =
        certificates != null ? certificates : List.of(signer().certificate());
    if (!sent.isEmpty()) {
      fields.add(
          structure.tagged(
              false, 0, structure.set(sent.stream().map(c -> c.toASN1Structure()).toList())));
    }
    fields.add(structure.set(signers));
    return structure.sequence(
        List.of(
            CMSObjectIdentifiers.signedData,
            structure.tagged(true, 0, structure.sequence(fields))));
  }

  private byte[] envelope() {
    byte[] contentKey = envelopes.randomOctets(cipher.keyBytes());
    byte[] initializationVector = envelopes.randomOctets(cipher.blockBytes());
    byte[] given = contentKeyChange.apply(contentKey.clone());
    var infos = new ArrayList<ASN1Encodable>(rawRecipientInfos);
    if (password != null) {
      infos.add(envelopes.recipientInfo(given, password, cipher));
    }
    for (X509CertificateHolder recipient : recipients) {
      PublicKey key =
          crypto
              .publicKey(recipient.getSubjectPublicKeyInfo())
              .orElseThrow(() -> new IllegalStateException("unusable recipient key"));
      byte[] encryptedKey = encryptedKeyChange.apply(envelopes.wrap(given, key, keyTransport));
      infos.add(
          EnvelopeEncoder.recipientInfo(
              recipientByKeyIdentifier
                  ? structure.tagged(false, 0, keyIdentifier(recipient))
                  : EnvelopeEncoder.issuerAndSerialNumber(recipient),
              keyTransport,
              encryptedKey));
    }
    byte[] encrypted =
        encryptedContentChange.apply(
            envelopes.encrypt(plaintext, cipher, contentKey, initializationVector));
    byte[] definite =
        EnvelopeEncoder.assemble(
            infos,
            cipher,
            initializationVectorChange.apply(initializationVector.clone()),
            encrypted);
    return structure.rewritten(definite);
  }

  private ASN1Primitive signedAttributes(byte @Nullable [] content) {
    attributes.putIfAbsent(CMSAttributes.contentType, List.of(CMSObjectIdentifiers.data));
    byte[] contentDigest = crypto.digest(digest, content == null ? new byte[0] : content);
    var all = new LinkedHashMap<ASN1ObjectIdentifier, List<ASN1Encodable>>(attributes);
    all.putIfAbsent(CMSAttributes.messageDigest, List.of(new DEROctetString(contentDigest)));
    omitted.forEach(all::remove);
    var list = new ArrayList<ASN1Encodable>();
    all.forEach((type, values) -> list.add(attributeOf(type, values)));
    list.addAll(extraAttributes);
    return sortAttributes ? new DERSet(array(list)) : new DLSet(array(list));
  }

  private static ASN1Encodable attributeOf(ASN1ObjectIdentifier type, List<ASN1Encodable> values) {
    return new DERSequence(new ASN1Encodable[] {type, new DERSet(array(values))});
  }

  private Identity signer() {
    if (signer == null) {
      throw new IllegalStateException("a message needs a signer");
    }
    return signer;
  }

  private boolean signsWithEc() {
    return signer().keyPair().getPrivate().getAlgorithm().equals("EC");
  }

  private AlgorithmIdentifier signatureAlgorithm() {
    if (signatureAlgorithm != null) {
      return signatureAlgorithm;
    }
    return signsWithEc()
        ? JcaContentSigner.ecdsa(digest)
        : new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
  }

  private byte[] sign(byte[] data) {
    PrivateKey key = signingKey != null ? signingKey : signer().keyPair().getPrivate();
    boolean pss = PKCSObjectIdentifiers.id_RSASSA_PSS.equals(signatureAlgorithm().getAlgorithm());
    boolean ec = key.getAlgorithm().equals("EC");
    String name = pss ? "RSASSA-PSS" : digest.signatureName() + (ec ? "withECDSA" : "withRSA");
    try {
      Signature signature =
          crypto.signature(name).orElseThrow(() -> new IllegalStateException("no " + name));
      if (pss) {
        String hash = digest.jcaName();
        signature.setParameter(
            new java.security.spec.PSSParameterSpec(
                hash,
                "MGF1",
                new java.security.spec.MGF1ParameterSpec(hash),
                digest.lengthBytes(),
                1));
      }
      signature.initSign((PrivateKey) crypto.keyFactory(ec ? "EC" : "RSA").translateKey(key));
      signature.update(data);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  private static ASN1Encodable keyIdentifier(X509CertificateHolder certificate) {
    Extension extension = certificate.getExtension(Extension.subjectKeyIdentifier);
    byte[] identifier =
        extension == null
            ? new byte[20]
            : SubjectKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifier();
    return new DEROctetString(identifier);
  }

  private static ASN1Encodable[] array(List<ASN1Encodable> list) {
    return list.toArray(new ASN1Encodable[0]);
  }

  private static byte[] encoded(ASN1Encodable object, String encoding) {
    try {
      return object.toASN1Primitive().getEncoded(encoding);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }
}
