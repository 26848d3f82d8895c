package org.certctl.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.keys.pkcs11.Pkcs11Exception;
import org.certctl.keys.pkcs11.Pkcs11Exception.Kind;
import org.certctl.keys.pkcs11.Pkcs11Key;
import org.certctl.pki.Signer.Signing;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.secret.Secret;

/// A private key on a PKCS #11 token, with its public half: RSA, or EC on P-256 or P-384.
///
/// Digests are made here, so that the token is asked once for a signature, however long the text.
/// Safe to use from many threads.
final class TokenKey {

  private static final byte[] PROOF = "certctl: whose key is this?".getBytes(US_ASCII);

  private final Pkcs11Key key;
  private final KeyScheme scheme;
  private final SubjectPublicKeyInfo publicKeyInfo;

  private TokenKey(Pkcs11Key key, KeyScheme scheme, SubjectPublicKeyInfo publicKeyInfo) {
    this.key = key;
    this.scheme = scheme;
    this.publicKeyInfo = publicKeyInfo;
  }

  /// Opens a key and proves that it signs, with one signature.
  ///
  /// @param certified the public half that it should have, used when the token does not tell it
  static TokenKey open(
      KeyLocation.OnToken location,
      Optional<SubjectPublicKeyInfo> certified,
      CryptoProviders providers)
      throws KeyMaterialException {
    Optional<Secret> pin = location.pin();
    if (location.pinFile().isPresent()) {
      if (pin.isPresent()) {
        throw new KeyMaterialException(
            Fault.MALFORMED,
            "there are two PINs for " + location,
            "leave out pin-source in the URI, or the option …_KEY_PASSWORD");
      }
      pin = Optional.of(KeyFiles.secret(location.pinFile().get()));
    }
    try {
      Pkcs11Key key = providers.tokens().open(location.uri(), pin);
      Pkcs11Key.PublicHalf told = key.publicHalf();
      if (!told.isRsa() && !told.isEc()) {
        throw SigningKey.unsupportedOnToken(location.toString());
      }
      SubjectPublicKeyInfo publicHalf =
          publicHalf(told).or(() -> certified).orElseThrow(() -> publicHalfMissing(location));
      KeyScheme scheme =
          KeyScheme.of(publicHalf.getAlgorithm())
              .filter(known -> known != KeyScheme.ED25519)
              .orElseThrow(() -> SigningKey.unsupportedOnToken(location.toString()));
      TokenKey opened = new TokenKey(key, scheme, publicHalf);
      opened.requireProof(location, providers);
      return opened;
    } catch (Pkcs11Exception e) {
      throw unusable(location, e);
    }
  }

  private static Optional<SubjectPublicKeyInfo> publicHalf(Pkcs11Key.PublicHalf told)
      throws KeyMaterialException {
    try {
      if (told.isRsa() && told.modulus().isPresent() && told.publicExponent().isPresent()) {
        return Optional.of(
            new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new org.bouncycastle.asn1.pkcs.RSAPublicKey(
                    new BigInteger(1, told.modulus().get()),
                    new BigInteger(1, told.publicExponent().get()))));
      }
      if (told.isEc() && told.curve().isPresent() && told.point().isPresent()) {
        return Optional.of(
            new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(
                    X9ObjectIdentifiers.id_ecPublicKey,
                    ASN1Primitive.fromByteArray(told.curve().get())),
                point(told.point().get())));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          "the token tells a public key that is malformed",
          "look at it with: pkcs11-tool --list-objects",
          e);
    }
  }

  /// Section 6.3.3 of PKCS #11 has the point in a DER octet string; some tokens leave that away.
  private static byte[] point(byte[] told) {
    try {
      return ASN1OctetString.getInstance(told).getOctets();
    } catch (IllegalArgumentException e) {
      return told;
    }
  }

  private static KeyMaterialException publicHalfMissing(KeyLocation.OnToken location) {
    return new KeyMaterialException(
        Fault.UNSUPPORTED,
        "the token does not have the public half of " + location,
        "put the public key on the token, with the id that the private key has");
  }

  private void requireProof(KeyLocation.OnToken location, CryptoProviders providers)
      throws KeyMaterialException, Pkcs11Exception {
    byte[] signature = signature(digest(PROOF));
    if (!VerificationKey.of(publicKeyInfo, providers).verifies(PROOF, signature)) {
      throw new KeyMaterialException(
          Fault.MISMATCH,
          location + " is not the key of the certificate",
          "name the key that the certificate was requested with");
    }
  }

  private static KeyMaterialException unusable(KeyLocation.OnToken location, Pkcs11Exception e) {
    return new KeyMaterialException(
        switch (e.kind()) {
          case PIN_REFUSED -> Fault.WRONG_PASSWORD;
          case PIN_MISSING -> Fault.ENCRYPTED;
          case NO_KEY -> Fault.MISSING;
          case SEVERAL_KEYS, SEVERAL_TOKENS -> Fault.MALFORMED;
          case UNSUPPORTED, DATA_REFUSED -> Fault.UNSUPPORTED;
          case MODULE, NO_TOKEN, FAILED -> Fault.TOKEN_AWAY;
        },
        e.reason(),
        hint(location, e.kind()),
        e);
  }

  private static String hint(KeyLocation.OnToken location, Kind kind) {
    String module = "--module " + location.uri().module();
    return switch (kind) {
      case MODULE -> "check module-path and what the module needs, such as its own configuration";
      case NO_TOKEN ->
          "check token= and what the module needs, with: pkcs11-tool " + module + " --list-slots";
      case SEVERAL_TOKENS ->
          "add serial= of the one that is meant: pkcs11-tool " + module + " --list-slots";
      case PIN_MISSING ->
          "write it into a file of mode 0600, and name that in …_KEY_PASSWORD_FILE or pin-source=";
      case PIN_REFUSED ->
          "mend it before you start again: tokens lock themselves after a few wrong ones";
      case NO_KEY ->
          "check object= and id= with: pkcs11-tool "
              + module
              + " --login --list-objects --type"
              + " privkey";
      case SEVERAL_KEYS ->
          "add id= of the one that is meant: pkcs11-tool " + module + " --login --list-objects";
      case UNSUPPORTED, DATA_REFUSED ->
          "use a key that may sign (CKA_SIGN): RSA with CKM_RSA_PKCS, or EC with CKM_ECDSA";
      case FAILED -> "check that the token is there, with: pkcs11-tool " + module + " --list-slots";
    };
  }

  KeyScheme scheme() {
    return scheme;
  }

  SubjectPublicKeyInfo publicKeyInfo() {
    return publicKeyInfo;
  }

  /// Begins a signature.
  Signing begin() {
    return new DigestSigning(messageDigest());
  }

  private final class DigestSigning implements Signing {

    private final MessageDigest digest;

    private DigestSigning(MessageDigest digest) {
      this.digest = digest;
    }

    @Override
    public void update(byte[] octets) {
      digest.update(octets);
    }

    @Override
    public byte[] sign() throws SigningUnavailableException {
      try {
        return signature(digest.digest());
      } catch (Pkcs11Exception e) {
        throw new SigningUnavailableException(cannot("sign", e), e);
      }
    }
  }

  private String cannot(String what, Pkcs11Exception e) {
    return key + " cannot " + what + ": " + e.reason();
  }

  private MessageDigest messageDigest() {
    try {
      return MessageDigest.getInstance(digestAlgorithm().jcaName());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-2", e);
    }
  }

  private byte[] digest(byte[] octets) {
    return messageDigest().digest(octets);
  }

  private DigestAlgorithm digestAlgorithm() {
    return scheme == KeyScheme.P_384 ? DigestAlgorithm.SHA384 : DigestAlgorithm.SHA256;
  }

  private byte[] signature(byte[] digest) throws Pkcs11Exception {
    return scheme == KeyScheme.RSA
        ? key.signRsa(digestInfo(DigestAlgorithm.SHA256, digest))
        : derOf(key.signEc(digest));
  }

  private static byte[] digestInfo(DigestAlgorithm algorithm, byte[] digest) {
    try {
      return new DigestInfo(new AlgorithmIdentifier(algorithm.oid(), DERNull.INSTANCE), digest)
          .getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Ecdsa-Sig-Value (RFC 3279, section 2.2.3).
  private static byte[] derOf(byte[] halves) {
    int half = halves.length / 2;
    ASN1EncodableVector both = new ASN1EncodableVector();
    both.add(new ASN1Integer(new BigInteger(1, Arrays.copyOf(halves, half))));
    both.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(halves, half, 2 * half))));
    try {
      return new DERSequence(both).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Signs a digest with RSASSA-PKCS1-v1_5.
  byte[] signRsa(DigestAlgorithm algorithm, byte[] digest) throws KeyUnavailableException {
    try {
      return key.signRsa(digestInfo(algorithm, digest));
    } catch (Pkcs11Exception e) {
      throw new KeyUnavailableException(cannot("sign", e), e);
    }
  }

  /// RSADP; what comes of octets that the token does not take is empty.
  byte[] decryptRaw(byte[] ciphertext) throws KeyUnavailableException {
    try {
      return key.decryptRsa(ciphertext);
    } catch (Pkcs11Exception e) {
      if (e.kind() == Kind.DATA_REFUSED) {
        return new byte[0];
      }
      throw new KeyUnavailableException(cannot("decrypt", e), e);
    }
  }

  /// Refuses a key whose token does not decrypt without removing the padding. If the token removed
  /// it, its answers or their timing could tell others what they sent (RFC 3218).
  void requireDecryption() throws KeyMaterialException {
    try {
      if (key.canDecryptRsa() && decryptsSomething()) {
        return;
      }
    } catch (Pkcs11Exception e) {
      if (e.kind() == Kind.FAILED) {
        throw new KeyMaterialException(
            Fault.TOKEN_AWAY, cannot("decrypt", e), "check that the token is there", e);
      }
    }
    throw new KeyMaterialException(
        Fault.UNSUPPORTED,
        key + " cannot decrypt without padding (CKM_RSA_X_509)",
        "use a key that may decrypt (CKA_DECRYPT) on a token with that mechanism, or leave the RA"
            + " out: then the CA makes one with a key in a file");
  }

  private boolean decryptsSomething() throws Pkcs11Exception {
    RSAKeyParameters rsa;
    try {
      rsa = (RSAKeyParameters) PublicKeyFactory.createKey(publicKeyInfo);
    } catch (IOException e) {
      throw new IllegalStateException("a key that verified is well formed", e);
    }
    int length = (rsa.getModulus().bitLength() + 7) / 8;
    BigInteger text = new BigInteger(1, PROOF);
    byte[] padded = new byte[length];
    byte[] ciphertext = text.modPow(rsa.getExponent(), rsa.getModulus()).toByteArray();
    int count = Math.min(length, ciphertext.length);
    System.arraycopy(ciphertext, ciphertext.length - count, padded, length - count, count);
    return new BigInteger(1, key.decryptRsa(padded)).equals(text);
  }

  @Override
  public String toString() {
    return "TokenKey[" + key + "]";
  }
}
