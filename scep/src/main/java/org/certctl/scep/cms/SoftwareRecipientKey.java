package org.certctl.scep.cms;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import javax.crypto.Cipher;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.KeyTransport;

/// A recipient key held in memory.
public final class SoftwareRecipientKey implements RecipientKey {
  private final PrivateKey key;
  private final ScepCrypto crypto;
  private final RsaRecipientKey recipient;

  /// Takes an RSA key and translates it once for the provider in use.
  ///
  /// @throws IllegalArgumentException if the key is not an RSA key
  public SoftwareRecipientKey(
      PrivateKey key, X509CertificateHolder certificate, ScepCrypto crypto, SecureRandom random) {
    this.key = translate(key, crypto);
    this.crypto = crypto;
    this.recipient =
        new RsaRecipientKey(
            certificate, ((RSAKey) this.key).getModulus(), this::decrypt, crypto, random);
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
    return recipient.certificate();
  }

  @Override
  public byte[] unwrap(KeyTransport transport, byte[] encryptedKey, int keyLengthBytes)
      throws KeyUnavailableException {
    return recipient.unwrap(transport, encryptedKey, keyLengthBytes);
  }

  private byte[] decrypt(byte[] ciphertext) {
    try {
      Cipher cipher = crypto.cipher("RSA/ECB/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key);
      return cipher.doFinal(ciphertext);
    } catch (GeneralSecurityException e) {
      return new byte[0];
    }
  }

  @Override
  public String toString() {
    return "SoftwareRecipientKey[" + certificate().getSubject() + "]";
  }
}
