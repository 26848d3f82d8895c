package org.certctl.scep.cms;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;

/// Seals content in an EnvelopedData of definite length (RFC 8894, section 3.2.2; RFC 5652, section
/// 6).
///
/// The parts are public, so that a test client can put them together wrongly.
public final class EnvelopeEncoder {
  private static final ASN1Integer VERSION_0 = new ASN1Integer(0);
  private static final ASN1Integer VERSION_3 = new ASN1Integer(3);
  private static final ASN1Integer RC2_128 = new ASN1Integer(58);

  private final ScepCrypto crypto;
  private final SecureRandom random;

  /// Makes an encoder.
  public EnvelopeEncoder(ScepCrypto crypto, SecureRandom random) {
    this.crypto = crypto;
    this.random = random;
  }

  /// Seals content to one RSA key, with a fresh content key and initialization vector.
  ///
  /// @param certificate names the recipient by its issuer and serial number
  /// @param key the key of the certificate, from the provider in use
  public byte[] seal(
      byte[] content,
      X509CertificateHolder certificate,
      PublicKey key,
      ContentCipher cipher,
      KeyTransport transport) {
    byte[] contentKey = randomOctets(cipher.keyBytes());
    byte[] initializationVector = randomOctets(cipher.blockBytes());
    ASN1Encodable recipient =
        recipientInfo(
            issuerAndSerialNumber(certificate), transport, wrap(contentKey, key, transport));
    return assemble(
        List.of(recipient),
        cipher,
        initializationVector,
        encrypt(content, cipher, contentKey, initializationVector));
  }

  /// Seals content to whoever knows a password, with a fresh content key, salt and initialization
  /// vectors (RFC 8894, section 3.1).
  public byte[] seal(byte[] content, EnvelopePassword password, ContentCipher cipher) {
    byte[] contentKey = randomOctets(cipher.keyBytes());
    byte[] initializationVector = randomOctets(cipher.blockBytes());
    return assemble(
        VERSION_3,
        List.of(recipientInfo(contentKey, password, cipher)),
        cipher,
        initializationVector,
        encrypt(content, cipher, contentKey, initializationVector));
  }

  /// A PasswordRecipientInfo for a content key of this cipher (RFC 5652, section 6.2.4).
  public ASN1Encodable recipientInfo(
      byte[] contentKey, EnvelopePassword password, ContentCipher cipher) {
    return PasswordRecipient.encode(contentKey, password, cipher, random);
  }

  /// Octets from the source of randomness.
  public byte[] randomOctets(int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }

  /// Encrypts a content key to an RSA key.
  public byte[] wrap(byte[] contentKey, PublicKey key, KeyTransport transport) {
    try {
      Cipher cipher;
      switch (transport) {
        case KeyTransport.RsaPkcs1 _ -> {
          cipher = crypto.cipher("RSA/ECB/PKCS1Padding");
          cipher.init(Cipher.ENCRYPT_MODE, key, random);
        }
        case KeyTransport.RsaOaep oaep -> {
          cipher = crypto.cipher("RSA/ECB/OAEPPadding");
          cipher.init(Cipher.ENCRYPT_MODE, key, specification(oaep), random);
        }
      }
      return cipher.doFinal(contentKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("key transport failed", e);
    }
  }

  private static OAEPParameterSpec specification(KeyTransport.RsaOaep oaep) {
    return new OAEPParameterSpec(
        oaep.digest().jcaName(),
        "MGF1",
        new MGF1ParameterSpec(oaep.maskDigest().jcaName()),
        PSource.PSpecified.DEFAULT);
  }

  /// Encrypts content in CBC mode with the padding of RFC 5652, section 6.3.
  public byte[] encrypt(
      byte[] content, ContentCipher cipher, byte[] contentKey, byte[] initializationVector) {
    try {
      Cipher encryption = crypto.cipher(cipher.jcaName() + "/CBC/PKCS5Padding");
      encryption.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(contentKey, cipher.jcaName()),
          new IvParameterSpec(initializationVector));
      return encryption.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("content encryption failed", e);
    }
  }

  /// The name of a certificate by issuer and serial number.
  public static ASN1Encodable issuerAndSerialNumber(X509CertificateHolder certificate) {
    return new IssuerAndSerialNumber(certificate.getIssuer(), certificate.getSerialNumber());
  }

  /// A KeyTransRecipientInfo of version 0.
  public static ASN1Encodable recipientInfo(
      ASN1Encodable identifier, KeyTransport transport, byte[] encryptedKey) {
    return sequence(VERSION_0, identifier, algorithm(transport), new DEROctetString(encryptedKey));
  }

  private static AlgorithmIdentifier algorithm(KeyTransport transport) {
    return switch (transport) {
      case KeyTransport.RsaPkcs1 _ ->
          new AlgorithmIdentifier(
              PKCSObjectIdentifiers.rsaEncryption, org.bouncycastle.asn1.DERNull.INSTANCE);
      case KeyTransport.RsaOaep oaep ->
          new AlgorithmIdentifier(
              PKCSObjectIdentifiers.id_RSAES_OAEP,
              new RSAESOAEPparams(
                  digestAlgorithm(oaep.digest()),
                  new AlgorithmIdentifier(
                      PKCSObjectIdentifiers.id_mgf1, digestAlgorithm(oaep.maskDigest())),
                  RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));
    };
  }

  /// A digest algorithm with NULL parameters, the form every requester reads.
  static AlgorithmIdentifier digestAlgorithm(DigestAlgorithm digest) {
    return new AlgorithmIdentifier(digest.oid(), org.bouncycastle.asn1.DERNull.INSTANCE);
  }

  /// Puts a ContentInfo with an EnvelopedData together: of version 3 when a recipient is one by
  /// password, else of version 0 (RFC 5652, section 6.1).
  public static byte[] assemble(
      List<ASN1Encodable> recipientInfos,
      ContentCipher cipher,
      byte[] initializationVector,
      byte[] encryptedContent) {
    boolean byPassword =
        recipientInfos.stream()
            .anyMatch(info -> info instanceof ASN1TaggedObject tagged && tagged.getTagNo() == 3);
    return assemble(
        byPassword ? VERSION_3 : VERSION_0,
        recipientInfos,
        cipher,
        initializationVector,
        encryptedContent);
  }

  private static byte[] assemble(
      ASN1Integer version,
      List<ASN1Encodable> recipientInfos,
      ContentCipher cipher,
      byte[] initializationVector,
      byte[] encryptedContent) {
    ASN1Encodable parameters = new DEROctetString(initializationVector);
    if (cipher == ContentCipher.RC2) {
      parameters = sequence(RC2_128, parameters);
    }
    ASN1Encodable contentInfo =
        sequence(
            CMSObjectIdentifiers.data,
            new AlgorithmIdentifier(cipher.oid(), parameters),
            new DERTaggedObject(false, 0, new DEROctetString(encryptedContent)));
    ASN1Encodable envelopedData =
        sequence(version, new DERSet(recipientInfos.toArray(new ASN1Encodable[0])), contentInfo);
    return SignedMessage.encode(
        new DLSequence(
            new ASN1Encodable[] {
              CMSObjectIdentifiers.envelopedData, new DERTaggedObject(true, 0, envelopedData)
            }),
        ASN1Encoding.DL);
  }

  private static DERSequence sequence(ASN1Encodable... elements) {
    return new DERSequence(elements);
  }
}
