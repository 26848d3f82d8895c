package org.certctl.scep.cms;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.PasswordRecipientInfo;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.RFC3211WrapEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.ScepFormatException;

/// A recipient of an envelope who knows a password (RFC 5652, section 6.2.4): PBKDF2 makes a key of
/// it, and that wraps the content key by id-alg-PWRI-KEK with AES in CBC mode (RFC 3211).
///
/// What a stranger may make us compute is bounded (SEC-13): 10,000 iterations and 64 octets of
/// salt.
final class PasswordRecipient {

  static final int MAX_ITERATIONS = 10_000;
  static final int MAX_SALT_BYTES = 64;
  private static final int TAG = 3;
  private static final int MAX_WRAPPED_BYTES = 128;
  private static final int SALT_BYTES = 16;
  private static final int BLOCK_BYTES = 16;

  private final EnvelopePassword.Derivation derivation;
  private final int wrappingKeyBytes;
  private final byte[] initializationVector;
  private final byte[] wrappedKey;

  private PasswordRecipient(
      EnvelopePassword.Derivation derivation,
      int wrappingKeyBytes,
      byte[] initializationVector,
      byte[] wrappedKey) {
    this.derivation = derivation;
    this.wrappingKeyBytes = wrappingKeyBytes;
    this.initializationVector = initializationVector;
    this.wrappedKey = wrappedKey;
  }

  /// Whether a RecipientInfo is one for a password, by its tag.
  static boolean isOne(ASN1Encodable recipientInfo) {
    return recipientInfo.toASN1Primitive() instanceof ASN1TaggedObject tagged
        && tagged.hasContextTag(TAG);
  }

  /// Reads a recipient; absent when it is malformed, or its algorithms are others or beyond the
  /// bounds: whatever it is, it spoils no other recipient of the envelope.
  static Optional<PasswordRecipient> of(ASN1Encodable recipientInfo) {
    try {
      return Asn1.read(
          "not_password_recipient",
          () ->
              of(
                  PasswordRecipientInfo.getInstance(
                      ASN1TaggedObject.getInstance(recipientInfo), false)));
    } catch (ScepFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<PasswordRecipient> of(PasswordRecipientInfo info) {
    AlgorithmIdentifier derivation = info.getKeyDerivationAlgorithm();
    AlgorithmIdentifier wrapping = info.getKeyEncryptionAlgorithm();
    if (derivation == null
        || !derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)
        || !wrapping.getAlgorithm().equals(PKCSObjectIdentifiers.id_alg_PWRI_KEK)) {
      return Optional.empty();
    }
    AlgorithmIdentifier cipher = AlgorithmIdentifier.getInstance(wrapping.getParameters());
    Optional<ContentCipher> aes =
        ContentCipher.ofOid(cipher.getAlgorithm()).filter(PasswordRecipient::isAes);
    byte[] vector = ASN1OctetString.getInstance(cipher.getParameters()).getOctets();
    byte[] wrapped = info.getEncryptedKey().getOctets();
    if (aes.isEmpty()
        || vector.length != BLOCK_BYTES
        || wrapped.length < 2 * BLOCK_BYTES
        || wrapped.length > MAX_WRAPPED_BYTES
        || wrapped.length % BLOCK_BYTES != 0) {
      return Optional.empty();
    }
    int keyBytes = aes.get().keyBytes();
    return derivation(PBKDF2Params.getInstance(derivation.getParameters()), keyBytes)
        .map(how -> new PasswordRecipient(how, keyBytes, vector, wrapped));
  }

  private static boolean isAes(ContentCipher cipher) {
    return switch (cipher) {
      case AES_128, AES_192, AES_256 -> true;
      default -> false;
    };
  }

  private static Optional<EnvelopePassword.Derivation> derivation(
      PBKDF2Params parameters, int keyBytes) {
    BigInteger iterations = parameters.getIterationCount();
    BigInteger keyLength = parameters.getKeyLength();
    byte[] salt = parameters.getSalt();
    boolean sha256 =
        parameters.getPrf().getAlgorithm().equals(PKCSObjectIdentifiers.id_hmacWithSHA256);
    boolean sha1 = parameters.getPrf().getAlgorithm().equals(PKCSObjectIdentifiers.id_hmacWithSHA1);
    boolean usable =
        (sha1 || sha256)
            && iterations.signum() > 0
            && iterations.compareTo(BigInteger.valueOf(MAX_ITERATIONS)) <= 0
            && (keyLength == null || keyLength.equals(BigInteger.valueOf(keyBytes)))
            && salt.length > 0
            && salt.length <= MAX_SALT_BYTES;
    return usable
        ? Optional.of(new EnvelopePassword.Derivation(salt, iterations.intValueExact(), sha256))
        : Optional.empty();
  }

  /// The content key, or, when the password is another or the octets were altered, a substitute of
  /// the same length that nobody can foretell and that is always the same for the same octets.
  byte[] unwrap(EnvelopePassword password, int keyLengthBytes) {
    KeyParameter key = password.derive(derivation, wrappingKeyBytes);
    byte[] substitute = substitute(key, keyLengthBytes);
    RFC3211WrapEngine engine = new RFC3211WrapEngine(AESEngine.newInstance());
    engine.init(false, new ParametersWithIV(key, initializationVector));
    try {
      byte[] contentKey = engine.unwrap(wrappedKey, 0, wrappedKey.length);
      return contentKey.length == keyLengthBytes ? contentKey : substitute;
    } catch (InvalidCipherTextException e) {
      return substitute;
    }
  }

  private byte[] substitute(KeyParameter key, int length) {
    HMac mac = new HMac(new SHA256Digest());
    mac.init(key);
    mac.update(wrappedKey, 0, wrappedKey.length);
    byte[] octets = new byte[mac.getMacSize()];
    mac.doFinal(octets, 0);
    return Arrays.copyOf(octets, length);
  }

  /// Wraps a content key: PBKDF2 with HMAC-SHA-256 and the most iterations that are taken here, a
  /// fresh salt, AES with the key length of the content's cipher, at least 128 bits.
  static ASN1Encodable encode(
      byte[] contentKey, EnvelopePassword password, ContentCipher cipher, SecureRandom random) {
    ContentCipher wrapping = isAes(cipher) ? cipher : ContentCipher.AES_128;
    byte[] salt = octets(SALT_BYTES, random);
    byte[] vector = octets(BLOCK_BYTES, random);
    KeyParameter key =
        password.derive(
            new EnvelopePassword.Derivation(salt, MAX_ITERATIONS, true), wrapping.keyBytes());
    RFC3211WrapEngine engine = new RFC3211WrapEngine(AESEngine.newInstance());
    engine.init(true, new ParametersWithRandom(new ParametersWithIV(key, vector), random));
    byte[] wrapped = engine.wrap(contentKey, 0, contentKey.length);
    var derivation =
        new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_PBKDF2,
            new PBKDF2Params(
                salt,
                MAX_ITERATIONS,
                new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE)));
    var wrappingAlgorithm =
        new AlgorithmIdentifier(
            PKCSObjectIdentifiers.id_alg_PWRI_KEK,
            new AlgorithmIdentifier(wrapping.oid(), new DEROctetString(vector)));
    var info =
        new DERSequence(
            new ASN1Encodable[] {
              new ASN1Integer(0),
              new DERTaggedObject(false, 0, derivation),
              wrappingAlgorithm,
              new DEROctetString(wrapped)
            });
    return new DERTaggedObject(false, TAG, info);
  }

  private static byte[] octets(int count, SecureRandom random) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }
}
