package org.certctl.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// A private key that signs: RSA (SHA256withRSA), EC on P-256 (SHA256withECDSA), EC on P-384
/// (SHA384withECDSA) or, only in memory, Ed25519.
///
/// In memory, made once by the provider that uses it, so that no signature pays for a conversion;
/// or on a PKCS #11 token. Safe to use from many threads at once.
public final class SigningKey implements Signer {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 8192;

  /// Where the private half is.
  private sealed interface Holder {}

  private record InMemory(PrivateKey key, Provider provider) implements Holder {}

  private record OnToken(TokenKey key) implements Holder {}

  private final Holder holder;
  private final SubjectPublicKeyInfo publicKeyInfo;
  private final KeyScheme scheme;

  private SigningKey(Holder holder, SubjectPublicKeyInfo publicKeyInfo, KeyScheme scheme) {
    this.holder = holder;
    this.publicKeyInfo = publicKeyInfo;
    this.scheme = scheme;
  }

  /// The one private key in a file that needs no password.
  ///
  /// @throws KeyMaterialException when the file is missing, unreadable, open to others than its
  ///   owner, holds no such key, or a key of an unsupported kind or size
  public static SigningKey read(Path file, CryptoProviders providers) throws KeyMaterialException {
    return read(KeyLocation.of(file), Optional.empty(), providers);
  }

  /// The private key at a location.
  ///
  /// @param certified the public key of its certificate, for tokens that do not have the public
  ///   half of an EC key: then the private half is proven to belong to it
  /// @throws KeyMaterialException when it cannot be had: as for a file, and when the passphrase or
  ///   PIN is missing or wrong, or the token does not have exactly one such key
  /// @throws IllegalArgumentException when it is in the database
  public static SigningKey read(
      KeyLocation location, Optional<SubjectPublicKeyInfo> certified, CryptoProviders providers)
      throws KeyMaterialException {
    return switch (location) {
      case KeyLocation.InFile file when file.isPkcs12() ->
          of(Pkcs12File.read(file).privateKey(), location, providers);
      case KeyLocation.InFile file ->
          of(
              PemFile.privateKey(file.path(), file.password(), file.encryption()),
              location,
              providers);
      case KeyLocation.OnToken token -> {
        TokenKey key = TokenKey.open(token, certified, providers);
        requireAcceptableSize(location, key.scheme(), key.publicKeyInfo());
        yield new SigningKey(new OnToken(key), key.publicKeyInfo(), key.scheme());
      }
      case KeyLocation.InDatabase _ ->
          throw new IllegalArgumentException("whoever has the database open reads the keys in it");
    };
  }

  /// The private key in PKCS #8 that is not encrypted.
  ///
  /// @param name what to call it in failures
  /// @throws KeyMaterialException when it is malformed, or of an unsupported kind or size
  public static SigningKey ofPkcs8(byte[] pkcs8, String name, CryptoProviders providers)
      throws KeyMaterialException {
    PrivateKeyInfo info;
    try {
      info = PrivateKeyInfo.getInstance(pkcs8);
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED, "the private key " + name + " is malformed", "restore the database", e);
    }
    return of(info, KeyLocation.of(Path.of(name)), providers);
  }

  static SigningKey of(PrivateKeyInfo info, KeyLocation location, CryptoProviders providers)
      throws KeyMaterialException {
    KeyScheme scheme =
        KeyScheme.of(info.getPrivateKeyAlgorithm())
            .orElseThrow(() -> unsupported("the key in " + location));
    try {
      SubjectPublicKeyInfo publicHalf = KeyScheme.publicHalf(info);
      requireAcceptableSize(location, scheme, publicHalf);
      Provider provider = providerFor(scheme, providers);
      PrivateKey key =
          KeyFactory.getInstance(scheme.keyAlgorithm(), provider)
              .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
      return new SigningKey(new InMemory(key, provider), publicHalf, scheme);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          "the private key in " + location + " is malformed",
          "check it with: openssl pkey -in " + location + " -noout -check",
          e);
    }
  }

  /// Makes a new key. Nothing is written anywhere.
  ///
  /// @throws IllegalStateException when the provider fails to make one
  public static SigningKey generate(KeyType type, CryptoProviders providers, SecureRandom random) {
    KeyScheme scheme = type.scheme();
    Provider provider = providerFor(scheme, providers);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(scheme.keyAlgorithm(), provider);
      generator.initialize(parameters(type), random);
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(
          new InMemory(pair.getPrivate(), provider),
          SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()),
          scheme);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key of type " + type + " could be made", e);
    }
  }

  private static AlgorithmParameterSpec parameters(KeyType type) {
    return switch (type) {
      case RSA_2048, RSA_3072, RSA_4096 ->
          new RSAKeyGenParameterSpec(type.sizeBits(), RSAKeyGenParameterSpec.F4);
      case P_256 -> new ECGenParameterSpec("secp256r1");
      case P_384 -> new ECGenParameterSpec("secp384r1");
      case ED25519 -> NamedParameterSpec.ED25519;
    };
  }

  private static Provider providerFor(KeyScheme scheme, CryptoProviders providers) {
    return providers.offering(
        "KeyFactory." + scheme.keyAlgorithm(),
        "KeyPairGenerator." + scheme.keyAlgorithm(),
        "Signature." + scheme.signatureAlgorithm());
  }

  private static void requireAcceptableSize(
      KeyLocation location, KeyScheme scheme, SubjectPublicKeyInfo publicKey)
      throws KeyMaterialException {
    if (scheme != KeyScheme.RSA) {
      return;
    }
    int bits = KeyType.modulusBits(publicKey);
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "the RSA key in " + location + " has " + bits + " bits",
          "use a key of " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + " bits");
    }
  }

  static KeyMaterialException unsupported(String what) {
    return new KeyMaterialException(
        Fault.UNSUPPORTED,
        what + " is of a kind that is not supported",
        "use RSA, EC on P-256 or P-384, or Ed25519");
  }

  static KeyMaterialException unsupportedOnToken(String what) {
    return new KeyMaterialException(
        Fault.UNSUPPORTED,
        what + " is of a kind that is not supported on tokens",
        "use RSA, or EC on P-256 or P-384");
  }

  @Override
  public AlgorithmIdentifier algorithm() {
    return scheme.identifier();
  }

  @Override
  public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
    Signing signing = begin();
    signing.update(toBeSigned);
    return signing.sign();
  }

  /// Holds nothing in memory but a digest; with Ed25519, which signs the message itself,
  /// everything.
  @Override
  public Signing begin() throws SigningUnavailableException {
    return switch (holder) {
      case InMemory(PrivateKey key, Provider provider) -> {
        try {
          Signature signature = Signature.getInstance(scheme.signatureAlgorithm(), provider);
          signature.initSign(key);
          yield new StreamedSigning(signature);
        } catch (GeneralSecurityException e) {
          throw cannotSign(e);
        }
      }
      case OnToken(TokenKey key) -> key.begin();
    };
  }

  private record StreamedSigning(Signature signature) implements Signing {

    @Override
    public void update(byte[] octets) throws SigningUnavailableException {
      try {
        signature.update(octets);
      } catch (GeneralSecurityException e) {
        throw cannotSign(e);
      }
    }

    @Override
    public byte[] sign() throws SigningUnavailableException {
      try {
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw cannotSign(e);
      }
    }
  }

  private static SigningUnavailableException cannotSign(GeneralSecurityException e) {
    return new SigningUnavailableException("the key could not sign", e);
  }

  /// The public half, as it stands in certificates (RFC 5280, section 4.1.2.7).
  public SubjectPublicKeyInfo publicKeyInfo() {
    return publicKeyInfo;
  }

  /// The public half as a key that verifies.
  public VerificationKey verificationKey(CryptoProviders providers) {
    try {
      return VerificationKey.of(publicKeyInfo, providers);
    } catch (KeyMaterialException e) {
      throw new IllegalStateException("the public half of a sound key must be sound", e);
    }
  }

  /// Whether this is the private key of the certificate's public key.
  public boolean belongsTo(X509CertificateHolder certificate) {
    return KeyScheme.samePublicKey(publicKeyInfo, certificate.getSubjectPublicKeyInfo());
  }

  /// Whether this is the private key of that public key.
  public boolean belongsTo(VerificationKey publicKey) {
    return KeyScheme.samePublicKey(publicKeyInfo, publicKey.publicKeyInfo());
  }

  /// Writes the key as PEM (PKCS#8) that is not encrypted, readable by its owner only (mode 0600).
  /// When this returns, it is on disk.
  public void write(Path file) throws IOException {
    DurableFile.writePrivate(file, revealPem().getBytes(StandardCharsets.US_ASCII));
  }

  /// The key itself as PEM (PKCS#8): the caller must keep it from everyone.
  ///
  /// @throws IllegalStateException when it is on a token
  public String revealPem() {
    return PemFile.text("PRIVATE KEY", privateKey().getEncoded());
  }

  /// The key itself as PKCS #8 that is not encrypted: the caller must keep it from everyone.
  ///
  /// @throws IllegalStateException when it is on a token
  public byte[] revealPkcs8() {
    return privateKey().getEncoded();
  }

  /// Whether it is an RSA key.
  public boolean isRsa() {
    return scheme == KeyScheme.RSA;
  }

  /// Whether it is an EC key on P-256; its signatures are DER.
  public boolean isP256() {
    return scheme == KeyScheme.P_256;
  }

  /// Refuses an RSA key on a token that cannot open envelopes, as the key of an RA must.
  ///
  /// @throws KeyMaterialException when its token does not decrypt as is needed
  public void requireDecryption() throws KeyMaterialException {
    if (holder instanceof OnToken(TokenKey key)) {
      key.requireDecryption();
    }
  }

  /// Refuses a key that few programs verify signatures of: Ed25519.
  ///
  /// @throws KeyMaterialException when it is neither RSA nor EC
  public void requireRsaOrEc() throws KeyMaterialException {
    if (scheme == KeyScheme.ED25519) {
      throw new KeyMaterialException(
          Fault.UNSUPPORTED,
          "it is an Ed25519 key, which few clients know",
          "use RSA, or EC on P-256 or P-384");
    }
  }

  /// The key on a token; absent when it is in memory.
  Optional<TokenKey> tokenKey() {
    return holder instanceof OnToken(TokenKey key) ? Optional.of(key) : Optional.empty();
  }

  /// The key in memory.
  ///
  /// @throws IllegalStateException when it is on a token
  PrivateKey privateKey() {
    return switch (holder) {
      case InMemory(PrivateKey key, Provider _) -> key;
      case OnToken _ -> throw new IllegalStateException("the key is on a token");
    };
  }

  @Override
  public String toString() {
    return "SigningKey[" + scheme + ", private part redacted]";
  }
}
