package org.certctl.scep.cms;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.PkiStatus;
import org.jspecify.annotations.Nullable;

/// Writes the answers of a CA (RFC 8894, sections 3.3.2 and 4.7).
///
/// Every answer is of definite length throughout, names keys by issuer and serial number, uses
/// PrintableString where the RFC says so and the plain rsaEncryption signature algorithm: the form
/// that every requester known reads. Safe for use by many threads.
public final class CertRepEncoder {
  private static final DateTimeFormatter UTC_TIME = format("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter GENERALIZED_TIME = format("yyyyMMddHHmmss'Z'");
  private static final int FIRST_GENERALIZED_YEAR = 2050;

  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final EnvelopeEncoder envelopes;

  /// Makes an encoder.
  public CertRepEncoder(ScepCrypto crypto, SecureRandom random) {
    this.crypto = crypto;
    this.random = random;
    this.envelopes = new EnvelopeEncoder(crypto, random);
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /// SUCCESS with certificates, encrypted to the key that signed the request, or by the password
  /// that opened it.
  ///
  /// @param certificates the issued certificate first; their order is kept
  /// @throws IllegalArgumentException without certificates, or if the request has neither a
  ///   requester with an RSA key nor a password, of which an opened request always has one
  /// @throws KeyUnavailableException when the signing key cannot be used now
  public byte[] success(
      ReplyContext context,
      MessageSigner signer,
      List<X509CertificateHolder> certificates,
      Instant signingTime,
      ReplyOptions options)
      throws KeyUnavailableException {
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("SUCCESS carries at least one certificate");
    }
    return sealed(context, signer, CertsOnly.encode(certificates), signingTime, options);
  }

  /// SUCCESS with a CRL and no certificates (RFC 8894, section 4.6.1).
  ///
  /// @throws KeyUnavailableException when the signing key cannot be used now
  public byte[] success(
      ReplyContext context,
      MessageSigner signer,
      X509CRLHolder crl,
      Instant signingTime,
      ReplyOptions options)
      throws KeyUnavailableException {
    return sealed(context, signer, CertsOnly.encode(crl), signingTime, options);
  }

  /// FAILURE, which has no envelope.
  ///
  /// @param failInfoText a text for people; not secret, since anyone can read it
  /// @throws KeyUnavailableException when the signing key cannot be used now
  public byte[] failure(
      ReplyContext context,
      MessageSigner signer,
      FailInfo failInfo,
      Optional<String> failInfoText,
      Instant signingTime)
      throws KeyUnavailableException {
    var attributes = attributes(context, PkiStatus.FAILURE);
    attributes.add(printable(ScepOid.FAIL_INFO, failInfo.wireValue()));
    failInfoText.ifPresent(
        text -> attributes.add(attribute(ScepOid.FAIL_INFO_TEXT, new DERUTF8String(text))));
    return sign(
        context.digest(), attributes, withoutEnvelope(context), signer, List.of(), signingTime);
  }

  /// PENDING, which has no envelope.
  ///
  /// @throws KeyUnavailableException when the signing key cannot be used now
  public byte[] pending(ReplyContext context, MessageSigner signer, Instant signingTime)
      throws KeyUnavailableException {
    return sign(
        context.digest(),
        attributes(context, PkiStatus.PENDING),
        withoutEnvelope(context),
        signer,
        List.of(),
        signingTime);
  }

  /// The answer to GetNextCACert: next CA certificates, signed with the current key (RFC 8894,
  /// section 4.7.1).
  ///
  /// @param certificates the next CA certificates, in the order to keep
  /// @param alsoOutside whether to put them beside the signer's certificate as well, where jscep
  ///   looks
  /// @throws KeyUnavailableException when the signing key cannot be used now
  public byte[] nextCaCert(
      MessageSigner signer,
      List<X509CertificateHolder> certificates,
      boolean alsoOutside,
      Instant signingTime)
      throws KeyUnavailableException {
    return sign(
        DigestAlgorithm.SHA256,
        new ArrayList<>(),
        CertsOnly.encode(certificates),
        signer,
        alsoOutside ? certificates : List.of(),
        signingTime);
  }

  private byte[] sealed(
      ReplyContext context,
      MessageSigner signer,
      byte[] content,
      Instant signingTime,
      ReplyOptions options)
      throws KeyUnavailableException {
    byte[] envelope =
        context
            .password()
            .map(password -> envelopes.seal(content, password, context.cipher()))
            .orElseGet(() -> sealedToKey(context, content));
    return sign(
        context.digest(),
        attributes(context, PkiStatus.SUCCESS),
        envelope,
        signer,
        options.chain(),
        signingTime);
  }

  private static byte @Nullable [] withoutEnvelope(ReplyContext context) {
    return context.emptyContentPresent() ? new byte[0] : null;
  }

  private byte[] sealedToKey(ReplyContext context, byte[] content) {
    Requester requester =
        context.requester().orElseThrow(() -> new IllegalArgumentException("nobody to encrypt to"));
    if (!requester.publicKey().getAlgorithm().equals("RSA")) {
      throw new IllegalArgumentException("the requester's key cannot be encrypted to");
    }
    return envelopes.seal(
        content,
        requester.certificate(),
        requester.publicKey(),
        context.cipher(),
        context.keyTransport());
  }

  private List<ASN1Encodable> attributes(ReplyContext context, PkiStatus status) {
    var attributes = new ArrayList<ASN1Encodable>();
    attributes.add(attribute(ScepOid.TRANSACTION_ID, string(context)));
    attributes.add(printable(ScepOid.MESSAGE_TYPE, MessageType.CERT_REP.wireValue()));
    attributes.add(printable(ScepOid.PKI_STATUS, status.wireValue()));
    attributes.add(nonce(ScepOid.SENDER_NONCE, Nonce.random(random)));
    context.senderNonce().ifPresent(n -> attributes.add(nonce(ScepOid.RECIPIENT_NONCE, n)));
    return attributes;
  }

  /// The transactionID in a PrintableString, octet by octet, whatever type it came in: readers
  /// check the tag.
  private static ASN1Encodable string(ReplyContext context) {
    String octets =
        new String(context.transactionId().octets(), java.nio.charset.StandardCharsets.ISO_8859_1);
    return new DERPrintableString(octets);
  }

  private byte[] sign(
      DigestAlgorithm digest,
      List<ASN1Encodable> attributes,
      byte @Nullable [] content,
      MessageSigner signer,
      List<X509CertificateHolder> chain,
      Instant signingTime)
      throws KeyUnavailableException {
    byte[] contentDigest = crypto.digest(digest, content == null ? new byte[0] : content);
    attributes.add(attribute(CMSAttributes.contentType, CMSObjectIdentifiers.data));
    attributes.add(attribute(CMSAttributes.messageDigest, new DEROctetString(contentDigest)));
    attributes.add(attribute(CMSAttributes.signingTime, time(signingTime)));
    var signed = new DERSet(attributes.toArray(new ASN1Encodable[0]));
    byte[] signature = signer.sign(digest, SignedMessage.encode(signed, "DER"));
    var certificates = new ArrayList<X509CertificateHolder>();
    certificates.add(signer.certificate());
    chain.stream().filter(c -> !certificates.contains(c)).forEach(certificates::add);
    return SignedDataEncoder.encode(
        digest, content, certificates, signer.certificate(), signed, signature);
  }

  private static ASN1Encodable time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).getYear() < FIRST_GENERALIZED_YEAR
        ? new ASN1UTCTime(UTC_TIME.format(instant))
        : new ASN1GeneralizedTime(GENERALIZED_TIME.format(instant));
  }

  private static ASN1Encodable printable(ASN1ObjectIdentifier type, String value) {
    return attribute(type, new DERPrintableString(value));
  }

  private static ASN1Encodable nonce(ASN1ObjectIdentifier type, Nonce nonce) {
    return attribute(type, new DEROctetString(nonce.octets()));
  }

  private static ASN1Encodable attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
    return new DERSequence(new ASN1Encodable[] {type, new DERSet(value)});
  }
}
