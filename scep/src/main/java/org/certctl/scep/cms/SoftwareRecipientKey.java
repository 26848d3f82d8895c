package org.certctl.scep.cms;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.KeyTransport;

/// A recipient key held in memory.
///
/// RSA is computed without padding and the padding is removed here, in constant time. The key
/// handed out for a bad ciphertext depends only on a secret of this object and the ciphertext, so
/// that a repeat of the same ciphertext tells nothing either ("implicit rejection").
public final class SoftwareRecipientKey implements RecipientKey {
  private static final String MAC = "HmacSHA256";
  private static final int SECRET_BYTES = 32;

  private final PrivateKey key;
  private final X509CertificateHolder certificate;
  private final ScepCrypto crypto;
  private final SecretKeySpec secret;
  private final BigInteger modulus;
  private final int modulusBytes;
  private final byte[] inPlaceOfNone;

  /// Takes an RSA key and translates it once for the provider in use.
  ///
  /// @throws IllegalArgumentException if the key is not an RSA key
  public SoftwareRecipientKey(
      PrivateKey key, X509CertificateHolder certificate, ScepCrypto crypto, SecureRandom random) {
    this.key = translate(key, crypto);
    this.certificate = certificate;
    this.crypto = crypto;
    this.modulus = ((RSAKey) this.key).getModulus();
    this.modulusBytes = (modulus.bitLength() + 7) / 8;
    this.inPlaceOfNone = new byte[modulusBytes];
    random.nextBytes(inPlaceOfNone);
    inPlaceOfNone[0] = 0;
    byte[] octets = new byte[SECRET_BYTES];
    random.nextBytes(octets);
    this.secret = new SecretKeySpec(octets, MAC);
  }

  /// Translates an RSA private key for the provider in use.
  static PrivateKey translate(PrivateKey key, ScepCrypto crypto) {
    if (!(key instanceof RSAKey)) {
      throw new IllegalArgumentException("not an RSA key");
    }
    try {
      return (PrivateKey) crypto.keyFactory("RSA").translateKey(key);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("the RSA key cannot be used with the provider", e);
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
  private byte[] decrypt(byte[] encryptedKey) {
    boolean possible =
        encryptedKey.length == modulusBytes
            && new BigInteger(1, encryptedKey).compareTo(modulus) < 0;
    try {
      Cipher cipher = crypto.cipher("RSA/ECB/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key);
      byte[] block = cipher.doFinal(possible ? encryptedKey : inPlaceOfNone);
      byte[] padded = new byte[possible ? modulusBytes : 0];
      int length = Math.min(block.length, padded.length);
      System.arraycopy(block, block.length - length, padded, padded.length - length, length);
      return padded;
    } catch (GeneralSecurityException e) {
      return new byte[0];
    }
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
    return "SoftwareRecipientKey[" + certificate.getSubject() + "]";
  }
}
