package org.certctl.backup;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;

/// Encrypts small files under a passphrase: AES-256-GCM with a key that scrypt (RFC 7914; N 2^16, r
/// 8, p 1) makes of it. A file is bound to its name, so that two of one archive cannot be
/// exchanged.
final class SecretBox {

  private static final int COST = 1 << 16;
  private static final int BLOCK_SIZE = 8;
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CONTEXT = "certctl-backup-1:";

  private final SecretKeySpec key;

  /// @param salt random, one for each archive
  SecretBox(Secret passphrase, Sha256 salt) {
    byte[] octets = passphrase.revealUtf8();
    byte[] derived = SCrypt.generate(octets, salt.octets(), COST, BLOCK_SIZE, 1, KEY_BYTES);
    key = new SecretKeySpec(derived, "AES");
    Arrays.fill(octets, (byte) 0);
    Arrays.fill(derived, (byte) 0);
  }

  byte[] seal(String name, byte[] plain, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(plain);
      byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
      System.arraycopy(sealed, 0, all, NONCE_BYTES, sealed.length);
      return all;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /// The octets; absent when the passphrase is another one or they were altered.
  Optional<byte[]> open(String name, byte[] sealed) {
    if (sealed.length < NONCE_BYTES) {
      return Optional.empty();
    }
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, name)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((CONTEXT + name).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
