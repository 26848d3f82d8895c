package org.certctl.keys.pkcs11;

import java.util.Optional;
import java.util.OptionalLong;

/// A private key on a token. Safe to use from many threads.
public final class Pkcs11Key {

  private final Pkcs11Token token;
  private final ObjectName name;

  Pkcs11Key(Pkcs11Token token, ObjectName name) {
    this.token = token;
    this.name = name;
  }

  /// What the token tells of the key's public half.
  ///
  /// @param isRsa whether it is an RSA key
  /// @param isEc whether it is an EC key
  /// @param modulus of an RSA key, unsigned
  /// @param publicExponent of an RSA key, unsigned
  /// @param curve of an EC key: DER of its parameters
  /// @param point of an EC key, mostly as a DER octet string
  public record PublicHalf(
      boolean isRsa,
      boolean isEc,
      Optional<byte[]> modulus,
      Optional<byte[]> publicExponent,
      Optional<byte[]> curve,
      Optional<byte[]> point) {}

  /// Reads the public half, an EC key's from the public key with the same id.
  public PublicHalf publicHalf() throws Pkcs11Exception {
    OptionalLong type =
        token.withKey(
            name,
            (cryptoki, _, session, key) -> cryptoki.number(session, key, Cryptoki.CKA_KEY_TYPE));
    return new PublicHalf(
        type.equals(OptionalLong.of(Cryptoki.CKK_RSA)),
        type.equals(OptionalLong.of(Cryptoki.CKK_EC)),
        attribute(Cryptoki.CKA_MODULUS),
        attribute(Cryptoki.CKA_PUBLIC_EXPONENT),
        attribute(Cryptoki.CKA_EC_PARAMS),
        token.attributeBeside(name, Cryptoki.CKO_PUBLIC_KEY, Cryptoki.CKA_EC_POINT));
  }

  private Optional<byte[]> attribute(long type) throws Pkcs11Exception {
    return token.withKey(
        name, (cryptoki, _, session, key) -> cryptoki.attribute(session, key, type));
  }

  /// Signs with RSASSA-PKCS1-v1_5.
  ///
  /// @param digestInfo the DER of the DigestInfo (RFC 8017, section 9.2)
  public byte[] signRsa(byte[] digestInfo) throws Pkcs11Exception {
    return token.withKey(
        name,
        (cryptoki, _, session, key) ->
            cryptoki.sign(session, Cryptoki.CKM_RSA_PKCS, key, digestInfo));
  }

  /// Signs a digest with ECDSA.
  ///
  /// @return r and s, each as long as the order of the curve
  public byte[] signEc(byte[] digest) throws Pkcs11Exception {
    return token.withKey(
        name,
        (cryptoki, _, session, key) -> cryptoki.sign(session, Cryptoki.CKM_ECDSA, key, digest));
  }

  /// Whether the token can decrypt without removing the padding, for {@link #decryptRsa}.
  public boolean canDecryptRsa() throws Pkcs11Exception {
    return token.withKey(
        name,
        (cryptoki, slot, _, _) -> {
          OptionalLong flags = cryptoki.mechanismFlags(slot, Cryptoki.CKM_RSA_X_509);
          return flags.isPresent() && (flags.getAsLong() & Cryptoki.CKF_DECRYPT) != 0;
        });
  }

  /// RSADP (RFC 8017, section 5.1.2): the padding stays.
  ///
  /// @param ciphertext as long as the modulus
  public byte[] decryptRsa(byte[] ciphertext) throws Pkcs11Exception {
    return token.withKey(
        name,
        (cryptoki, _, session, key) ->
            cryptoki.decrypt(session, Cryptoki.CKM_RSA_X_509, key, ciphertext));
  }

  /// The token and the name of the key.
  @Override
  public String toString() {
    return "the key with " + name + " on " + token;
  }
}
