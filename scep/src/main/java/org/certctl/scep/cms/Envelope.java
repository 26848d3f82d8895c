package org.certctl.scep.cms;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Null;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.ScepFormatException;
import org.jspecify.annotations.Nullable;

/// An EnvelopedData, parsed and closed (RFC 8894, section 3.2.2; RFC 5652, section 6).
///
/// What comes out of it is not authenticated: anybody may wrap an envelope anew or flip its bits.
public final class Envelope {
  private static final String CODE = "not_enveloped_data";

  private final List<Recipient> recipients;
  private final boolean otherRecipients;
  private final Optional<PasswordRecipient> passwordRecipient;
  private final @Nullable ContentCipher cipher;
  private final byte[] initializationVector;
  private final byte[] encryptedContent;
  private final boolean contentIsData;

  private Envelope(EnvelopedData data, Limits limits) throws ScepFormatException {
    EncryptedContentInfo info = data.getEncryptedContentInfo();
    this.contentIsData = CMSObjectIdentifiers.data.equals(info.getContentType());
    AlgorithmIdentifier algorithm = info.getContentEncryptionAlgorithm();
    this.cipher = ContentCipher.ofOid(algorithm.getAlgorithm()).orElse(null);
    this.initializationVector =
        algorithm.getParameters() instanceof ASN1OctetString octets
            ? octets.getOctets()
            : new byte[0];
    ASN1OctetString content = info.getEncryptedContent();
    this.encryptedContent = content == null ? new byte[0] : content.getOctets();
    if (data.getRecipientInfos().size() > limits.maxRecipients()) {
      throw new ScepFormatException("too_many_recipients", "more recipients than allowed");
    }
    this.recipients = new ArrayList<>();
    boolean others = false;
    Optional<PasswordRecipient> byPassword = Optional.empty();
    for (ASN1Encodable element : data.getRecipientInfos()) {
      if (PasswordRecipient.isOne(element)) {
        others = true;
        byPassword = byPassword.or(() -> PasswordRecipient.of(element));
      } else if (RecipientInfo.getInstance(element).getInfo()
          instanceof KeyTransRecipientInfo keyTrans) {
        recipients.add(Recipient.of(keyTrans));
      } else {
        others = true;
      }
    }
    this.otherRecipients = others;
    this.passwordRecipient = byPassword;
  }

  /// One recipient with key transport.
  ///
  /// @param identifier issuer and serial number, or subject key identifier
  /// @param transport how the key is encrypted, if known
  /// @param encryptedKey the encrypted content key
  record Recipient(
      ASN1Encodable identifier, Optional<KeyTransport> transport, ASN1OctetString encryptedKey) {
    static Recipient of(KeyTransRecipientInfo info) {
      return new Recipient(
          info.getRecipientIdentifier().getId(),
          Envelope.transport(info.getKeyEncryptionAlgorithm()),
          info.getEncryptedKey());
    }
  }

  /// A key of ours that an envelope is for, and how it was used.
  ///
  /// @param key the key
  /// @param transport how the content key is encrypted, if known
  /// @param encryptedKey the encrypted content key
  record Match(RecipientKey key, Optional<KeyTransport> transport, ASN1OctetString encryptedKey) {}

  /// Whether these octets begin as a ContentInfo with an EnvelopedData, by their first identifiers.
  static boolean isEnveloped(byte[] encoded, Limits limits) {
    try {
      Tlv type = Tlv.scan(encoded, limits).firstChild(encoded, limits);
      byte[] oid = SignedMessage.encode(CMSObjectIdentifiers.envelopedData, "DER");
      return java.util.Arrays.equals(encoded, type.start(), type.end(), oid, 0, oid.length);
    } catch (ScepFormatException e) {
      return false;
    }
  }

  /// Parses a ContentInfo with an EnvelopedData, BER or DER.
  ///
  /// @throws ScepFormatException if it is not one, or exceeds the limits
  public static Envelope parse(byte[] encoded, Limits limits) throws ScepFormatException {
    ASN1Primitive root = Asn1.parseMessage(encoded, CODE, limits);
    return Asn1.read(
        CODE,
        () -> {
          ContentInfo outer = ContentInfo.getInstance(root);
          if (!CMSObjectIdentifiers.envelopedData.equals(outer.getContentType())) {
            throw new ScepFormatException(CODE, "not an EnvelopedData");
          }
          return new Envelope(EnvelopedData.getInstance(outer.getContent()), limits);
        });
  }

  /// The content encryption algorithm, if known.
  public Optional<ContentCipher> cipher() {
    return Optional.ofNullable(cipher);
  }

  /// Whether there are recipients, and none of them with key transport.
  boolean hasOnlyOtherRecipients() {
    return recipients.isEmpty() && otherRecipients;
  }

  /// The first of the given keys that the envelope is for; the order of the recipients means
  /// nothing.
  Optional<Match> match(List<RecipientKey> keys) {
    for (RecipientKey key : keys) {
      for (Recipient recipient : recipients) {
        if (SignerIdentity.names(recipient.identifier(), key.certificate())) {
          return Optional.of(new Match(key, recipient.transport(), recipient.encryptedKey()));
        }
      }
    }
    return Optional.empty();
  }

  /// Opens the envelope with the first of the given keys that it is for.
  ///
  /// @throws ScepFormatException if it is for none, or cannot be decrypted; the reason is not told
  public byte[] open(List<RecipientKey> keys, ScepCrypto crypto)
      throws ScepFormatException, KeyUnavailableException {
    Optional<Match> match = match(keys);
    if (match.isEmpty() || match.get().transport().isEmpty() || cipher == null) {
      throw new ScepFormatException("recipient_unknown", "not for this recipient");
    }
    return open(match.get(), crypto)
        .plaintext()
        .orElseThrow(() -> new ScepFormatException("envelope_unreadable", "not readable"));
  }

  /// The first recipient by password whose algorithms and effort are acceptable. One only, so that
  /// nobody can make us try many.
  Optional<PasswordRecipient> passwordRecipient() {
    return passwordRecipient;
  }

  /// Opens the envelope with a password.
  ///
  /// @throws ScepFormatException if it is for none, or cannot be decrypted; the reason is not told
  public byte[] open(EnvelopePassword password, ScepCrypto crypto) throws ScepFormatException {
    PasswordRecipient recipient =
        passwordRecipient.orElseThrow(
            () -> new ScepFormatException("recipient_unknown", "not for a password"));
    return open(recipient, password, crypto)
        .plaintext()
        .orElseThrow(() -> new ScepFormatException("envelope_unreadable", "not readable"));
  }

  /// Decrypts. The password is used in every case.
  OpenedEnvelope open(PasswordRecipient recipient, EnvelopePassword password, ScepCrypto crypto) {
    return cipher == null
        ? OpenedEnvelope.unsound(encryptedContent)
        : decrypt(cipher, recipient.unwrap(password, cipher.keyBytes()), crypto);
  }

  /// Decrypts. The private key is used in every case.
  OpenedEnvelope open(Match match, ScepCrypto crypto) throws KeyUnavailableException {
    if (cipher == null || match.transport().isEmpty()) {
      return OpenedEnvelope.unsound(encryptedContent);
    }
    byte[] key =
        match
            .key()
            .unwrap(match.transport().get(), match.encryptedKey().getOctets(), cipher.keyBytes());
    return decrypt(cipher, key, crypto);
  }

  private OpenedEnvelope decrypt(ContentCipher algorithm, byte[] key, ScepCrypto crypto) {
    boolean lengthsFit =
        contentIsData
            && initializationVector.length == algorithm.blockBytes()
            && encryptedContent.length > 0
            && encryptedContent.length % algorithm.blockBytes() == 0;
    if (!lengthsFit) {
      return OpenedEnvelope.unsound(encryptedContent);
    }
    try {
      Cipher decryption = crypto.cipher(algorithm.jcaName() + "/CBC/NoPadding");
      decryption.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, algorithm.jcaName()),
          new IvParameterSpec(initializationVector));
      return unpadded(decryption.doFinal(encryptedContent), algorithm.blockBytes());
    } catch (GeneralSecurityException e) {
      return OpenedEnvelope.unsound(encryptedContent);
    }
  }

  /// Removes the padding of RFC 5652, section 6.3, in time that does not depend on it. Bad padding
  /// is taken for none.
  private static OpenedEnvelope unpadded(byte[] padded, int blockBytes) {
    int count = padded[padded.length - 1] & 0xff;
    int bad = (count - 1) >>> 31 | (blockBytes - count) >>> 31;
    for (int i = 1; i <= blockBytes; i++) {
      int withinPadding = (i - 1 - count) >> 31;
      bad |= withinPadding & ((padded[padded.length - i] & 0xff) ^ count);
    }
    int removed = bad == 0 ? count : 0;
    return new OpenedEnvelope(java.util.Arrays.copyOf(padded, padded.length - removed), bad == 0);
  }

  private static Optional<KeyTransport> transport(AlgorithmIdentifier algorithm) {
    if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return Optional.of(KeyTransport.RSA_PKCS1);
    }
    if (!algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSAES_OAEP)) {
      return Optional.empty();
    }
    ASN1Encodable parameters = algorithm.getParameters();
    RSAESOAEPparams oaep =
        parameters == null || parameters instanceof ASN1Null
            ? new RSAESOAEPparams()
            : RSAESOAEPparams.getInstance(parameters);
    AlgorithmIdentifier mask = oaep.getMaskGenAlgorithm();
    AlgorithmIdentifier label = oaep.getPSourceAlgorithm();
    Optional<DigestAlgorithm> digest =
        DigestAlgorithm.ofOid(oaep.getHashAlgorithm().getAlgorithm());
    Optional<DigestAlgorithm> maskDigest =
        DigestAlgorithm.ofOid(AlgorithmIdentifier.getInstance(mask.getParameters()).getAlgorithm());
    boolean usable =
        digest.isPresent()
            && maskDigest.isPresent()
            && digest.get() != DigestAlgorithm.MD5
            && maskDigest.get() != DigestAlgorithm.MD5
            && mask.getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)
            && label.getAlgorithm().equals(PKCSObjectIdentifiers.id_pSpecified)
            && ASN1OctetString.getInstance(label.getParameters()).getOctetsLength() == 0;
    return usable
        ? Optional.of(new KeyTransport.RsaOaep(digest.get(), maskDigest.get()))
        : Optional.empty();
  }
}
