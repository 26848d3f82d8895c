package org.certctl.scep.cms;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.DigestAlgorithm;

/// The cryptographic services in use: for each, the first of an ordered list of providers that has
/// it.
///
/// Nothing is registered with or looked up in the JDK's global list. Instances are safe for use by
/// many threads.
public final class ScepCrypto {
  private static final int MAX_RSA_EXPONENT_BITS = 33;
  private static final int MIN_RSA_BITS = 512;
  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
  private static final ASN1ObjectIdentifier ED448 = new ASN1ObjectIdentifier("1.3.101.113");

  private final List<Provider> providers;
  private final ConcurrentHashMap<String, Optional<Provider>> resolved = new ConcurrentHashMap<>();

  /// Takes the providers, most wanted first.
  public ScepCrypto(List<Provider> providers) {
    if (providers.isEmpty()) {
      throw new IllegalArgumentException("at least one provider is needed");
    }
    this.providers = List.copyOf(providers);
  }

  /// The providers, most wanted first.
  public List<Provider> providers() {
    return providers;
  }

  /// A fresh message digest.
  public MessageDigest messageDigest(DigestAlgorithm algorithm) {
    String name = algorithm.jcaName();
    return required("MessageDigest", name, provider -> MessageDigest.getInstance(name, provider));
  }

  /// The digest of some data.
  public byte[] digest(DigestAlgorithm algorithm, byte[] data) {
    return messageDigest(algorithm).digest(data);
  }

  /// A fresh signature object, if a provider has the algorithm.
  public Optional<Signature> signature(String name) {
    return optional("Signature", name, provider -> Signature.getInstance(name, provider));
  }

  /// A fresh cipher.
  public Cipher cipher(String transformation) {
    return required(
        "Cipher", transformation, provider -> Cipher.getInstance(transformation, provider));
  }

  /// A fresh message authentication code.
  public Mac mac(String name) {
    return required("Mac", name, provider -> Mac.getInstance(name, provider));
  }

  /// A key factory; keys for other services here should be made or translated by it, once.
  public KeyFactory keyFactory(String name) {
    return required("KeyFactory", name, provider -> KeyFactory.getInstance(name, provider));
  }

  /// The public key, if it is of a known kind, well formed and not absurd: RSA with a modulus of
  /// 512 to 16384 bits and an odd exponent from 3 to 33 bits; EC; Ed25519; Ed448.
  public Optional<PublicKey> publicKey(SubjectPublicKeyInfo info) {
    try {
      ASN1ObjectIdentifier algorithm = info.getAlgorithm().getAlgorithm();
      if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)
          || algorithm.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
        return rsaPublicKey(RSAPublicKey.getInstance(info.parsePublicKey()));
      }
      String factory = null;
      if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
        factory = "EC";
      } else if (algorithm.equals(ED25519)) {
        factory = "Ed25519";
      } else if (algorithm.equals(ED448)) {
        factory = "Ed448";
      }
      if (factory == null) {
        return Optional.empty();
      }
      return Optional.of(
          keyFactory(factory).generatePublic(new X509EncodedKeySpec(info.getEncoded("DER"))));
    } catch (java.io.IOException | GeneralSecurityException | RuntimeException e) {
      // Providers and parser report malformed keys in many ways; all mean that there is no usable
      // key.
      return Optional.empty();
    }
  }

  private Optional<PublicKey> rsaPublicKey(RSAPublicKey key) throws GeneralSecurityException {
    BigInteger modulus = key.getModulus();
    BigInteger exponent = key.getPublicExponent();
    boolean sane =
        modulus.signum() > 0
            && modulus.testBit(0)
            && modulus.bitLength() >= MIN_RSA_BITS
            && modulus.bitLength() <= AlgorithmPolicy.MAX_RSA_BITS
            && exponent.signum() > 0
            && exponent.testBit(0)
            && exponent.bitLength() > 1
            && exponent.bitLength() <= MAX_RSA_EXPONENT_BITS;
    if (!sane) {
      return Optional.empty();
    }
    return Optional.of(keyFactory("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
  }

  /// Whether a signature verifies. Malformed signatures and keys that do not fit do not.
  boolean verifies(
      PublicKey key, SignatureScheme scheme, byte[] data, int offset, int length, byte[] value) {
    Optional<Signature> signature = signature(scheme.jcaName());
    if (signature.isEmpty()) {
      return false;
    }
    try {
      var parameters = scheme.parameters();
      if (parameters != null) {
        signature.get().setParameter(parameters);
      }
      signature.get().initVerify(key);
      signature.get().update(data, offset, length);
      return signature.get().verify(value);
    } catch (GeneralSecurityException | RuntimeException e) {
      // Some providers throw unchecked exceptions at keys or signatures from outside.
      return false;
    }
  }

  private interface Maker<T> {
    T make(Provider provider) throws NoSuchAlgorithmException, NoSuchPaddingException;
  }

  private <T> T required(String type, String name, Maker<T> maker) {
    return optional(type, name, maker)
        .orElseThrow(() -> new IllegalStateException("no provider has " + type + " " + name));
  }

  private <T> Optional<T> optional(String type, String name, Maker<T> maker) {
    Optional<Provider> provider = resolved.computeIfAbsent(type + '/' + name, _ -> resolve(maker));
    if (provider.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(maker.make(provider.get()));
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw new IllegalStateException("a provider lost " + type + " " + name, e);
    }
  }

  private <T> Optional<Provider> resolve(Maker<T> maker) {
    for (Provider provider : providers) {
      try {
        maker.make(provider);
        return Optional.of(provider);
      } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
        // The next provider may have it.
      }
    }
    return Optional.empty();
  }
}
