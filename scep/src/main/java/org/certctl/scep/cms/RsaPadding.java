package org.certctl.scep.cms;

import java.security.MessageDigest;
import java.util.Arrays;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;

/// Removal of RSA encryption padding without branches on secret octets.
///
/// Both functions return the message when the padding is right and the substitute when it is not,
/// and take the same steps either way (RFC 8017, sections 7.1.2 and 7.2.2; RFC 3218).
final class RsaPadding {
  private static final int PKCS1_OVERHEAD_BYTES = 11;

  private RsaPadding() {}

  /// Undoes RSAES-PKCS1-v1_5 for a message whose length is known.
  static byte[] pkcs1(byte[] block, byte[] substitute) {
    int length = substitute.length;
    if (block.length < length + PKCS1_OVERHEAD_BYTES) {
      return substitute.clone();
    }
    int separator = block.length - length - 1;
    int bad = block[0] | (block[1] ^ 2) | block[separator];
    for (int i = 2; i < separator; i++) {
      bad |= isZero(block[i]);
    }
    return select(bad, block, separator + 1, substitute);
  }

  /// Undoes RSAES-OAEP with an empty label for a message whose length is known.
  static byte[] oaep(
      byte[] block, KeyTransport.RsaOaep parameters, byte[] substitute, ScepCrypto crypto) {
    MessageDigest digest = crypto.messageDigest(parameters.digest());
    byte[] labelDigest = digest.digest();
    int hashBytes = labelDigest.length;
    int length = substitute.length;
    if (block.length < 2 * hashBytes + 2 + length) {
      return substitute.clone();
    }
    byte[] seed = Arrays.copyOfRange(block, 1, 1 + hashBytes);
    byte[] data = Arrays.copyOfRange(block, 1 + hashBytes, block.length);
    mask(seed, data, parameters.maskDigest(), crypto);
    mask(data, seed, parameters.maskDigest(), crypto);
    int separator = data.length - length - 1;
    int bad = block[0] | (data[separator] ^ 1);
    for (int i = 0; i < hashBytes; i++) {
      bad |= data[i] ^ labelDigest[i];
    }
    for (int i = hashBytes; i < separator; i++) {
      bad |= data[i];
    }
    return select(bad, data, separator + 1, substitute);
  }

  /// XORs MGF1 of the seed onto the target (RFC 8017, appendix B.2.1).
  private static void mask(
      byte[] target, byte[] seed, DigestAlgorithm algorithm, ScepCrypto crypto) {
    MessageDigest digest = crypto.messageDigest(algorithm);
    int done = 0;
    for (int counter = 0; done < target.length; counter++) {
      digest.update(seed);
      digest.update(
          new byte[] {
            (byte) (counter >>> 24), (byte) (counter >>> 16), (byte) (counter >>> 8), (byte) counter
          });
      byte[] mask = digest.digest();
      for (int i = 0; i < mask.length && done < target.length; i++) {
        target[done++] ^= mask[i];
      }
    }
  }

  private static byte[] select(int bad, byte[] from, int offset, byte[] substitute) {
    int badBits = bad & 0xff;
    int takeSubstitute = -badBits >> 31;
    byte[] chosen = new byte[substitute.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (byte) ((substitute[i] & takeSubstitute) | (from[offset + i] & ~takeSubstitute));
    }
    return chosen;
  }

  private static int isZero(byte octet) {
    return ((octet & 0xff) - 1) >>> 31;
  }
}
