package org.certctl.scep.cms;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.KeyTransport;

/// A recipient key that computes RSA somewhere, without padding; the padding is removed here, in
/// constant time.
///
/// The key handed out for a bad ciphertext depends only on a secret of this object and the
/// ciphertext, so that a repeat of the same ciphertext tells nothing either ("implicit rejection").
public final class RsaRecipientKey implements RecipientKey {
  private static final String MAC = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  /// RSADP (RFC 8017, section 5.1.2).
  @FunctionalInterface
  public interface RawDecryption {
    /// Computes it for a number below the modulus, in as many octets as the modulus has.
    ///
    /// @return the result, with or without leading zeros; empty when there is none for this
    ///   ciphertext
    /// @throws KeyUnavailableException when the key cannot be used at all now
    byte[] apply(byte[] ciphertext) throws KeyUnavailableException;
  }

  private final X509CertificateHolder certificate;
  private final RawDecryption decryption;
  private final ScepCrypto crypto;
  private final SecretKeySpec secret;
  private final BigInteger modulus;
  private final int modulusBytes;
  private final byte[] inPlaceOfNone;

  /// Takes the certificate of the key and what computes with its private half.
  ///
  /// @throws IllegalArgumentException if the certificate is not one of an RSA key
  public RsaRecipientKey(
      X509CertificateHolder certificate,
      RawDecryption decryption,
      ScepCrypto crypto,
      SecureRandom random) {
    this(certificate, modulus(certificate), decryption, crypto, random);
  }

  RsaRecipientKey(
      X509CertificateHolder certificate,
      BigInteger modulus,
      RawDecryption decryption,
      ScepCrypto crypto,
      SecureRandom random) {
    this.certificate = certificate;
    this.decryption = decryption;
    this.crypto = crypto;
    this.modulus = modulus;
    this.modulusBytes = (modulus.bitLength() + 7) / 8;
    this.inPlaceOfNone = new byte[modulusBytes];
    random.nextBytes(inPlaceOfNone);
    inPlaceOfNone[0] = 0;
    byte[] octets = new byte[SECRET_BYTES];
    random.nextBytes(octets);
    this.secret = new SecretKeySpec(octets, MAC);
  }

  private static BigInteger modulus(X509CertificateHolder certificate) {
    try {
      return RSAPublicKey.getInstance(certificate.getSubjectPublicKeyInfo().parsePublicKey())
          .getModulus();
    } catch (IOException e) {
      throw new IllegalArgumentException("not the certificate of an RSA key", e);
    }
  }

  @Override
  public X509CertificateHolder certificate() {
    return certificate;
  }

  @Override
  public byte[] unwrap(KeyTransport transport, byte[] encryptedKey, int keyLengthBytes)
      throws KeyUnavailableException {
    byte[] substitute = substitute(encryptedKey, keyLengthBytes);
    byte[] block = decrypt(encryptedKey);
    return switch (transport) {
      case KeyTransport.RsaPkcs1 _ -> RsaPadding.pkcs1(block, substitute);
      case KeyTransport.RsaOaep oaep -> RsaPadding.oaep(block, oaep, substitute, crypto);
    };
  }

  /// The raw RSA operation. For a number that is no ciphertext of this key another is taken, and
  /// the result is an empty block, which no padding fits.
  private byte[] decrypt(byte[] encryptedKey) throws KeyUnavailableException {
    boolean possible =
        encryptedKey.length == modulusBytes
            && new BigInteger(1, encryptedKey).compareTo(modulus) < 0;
    byte[] block = decryption.apply(possible ? encryptedKey : inPlaceOfNone.clone());
    byte[] padded = new byte[possible && block.length > 0 ? modulusBytes : 0];
    int length = Math.min(block.length, padded.length);
    System.arraycopy(block, block.length - length, padded, padded.length - length, length);
    return padded;
  }

  private byte[] substitute(byte[] encryptedKey, int length) {
    try {
      Mac mac = crypto.mac(MAC);
      mac.init(secret);
      byte[] substitute = new byte[length];
      int done = 0;
      for (int counter = 0; done < length; counter++) {
        mac.update((byte) counter);
        mac.update((byte) length);
        byte[] octets = mac.doFinal(encryptedKey);
        int count = Math.min(octets.length, length - done);
        System.arraycopy(octets, 0, substitute, done, count);
        done += count;
      }
      return substitute;
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a MAC refused its key", e);
    }
  }

  @Override
  public String toString() {
    return "RsaRecipientKey[" + certificate.getSubject() + "]";
  }
}
