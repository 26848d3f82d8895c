package org.certctl.keys;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.encoders.Hex;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;

/// How certctl encrypts the keys and secrets that it writes itself: under the encryption key of the
/// installation (`CERTCTL_CONFIG_ENCRYPTION_KEY`), or not at all.
///
/// Private keys are PKCS #8 (RFC 5958) with PBES2 (RFC 8018): PBKDF2 with HMAC-SHA-256, then
/// AES-256-CBC, so that `openssl pkey -passin` opens them. Other secrets are sealed with
/// AES-256-GCM, bound to their names. What the derivation costs is chosen for an encryption key
/// that is a passphrase after all; it is paid once for each salt, and a process writes with one
/// salt. Safe to use from many threads at once.
public final class KeyEncryption {

  /// The option that names the encryption key.
  public static final String OPTION = "CERTCTL_CONFIG_ENCRYPTION_KEY";

  private static final KeyEncryption NONE = new KeyEncryption(Optional.empty());

  /// As OWASP advises for passphrases under PBKDF2 with HMAC-SHA-256.
  private static final int ITERATIONS = 600_000;

  /// A file from elsewhere must not keep the server busy.
  private static final int MAX_ITERATIONS = 10_000_000;

  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;
  private static final int IV_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final byte VERSION = 1;
  private static final String CONTEXT = "certctl-secret-1:";
  private static final AlgorithmIdentifier HMAC_SHA_256 =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
  private static final Pattern CLEAR_KEY = blocks("|RSA |EC ");
  private static final Pattern ENCRYPTED_KEY = blocks("ENCRYPTED ");
  private static final Pattern ANY_KEY = blocks("|RSA |EC |ENCRYPTED ");

  private static Pattern blocks(String kinds) {
    return Pattern.compile(
        "-----BEGIN (" + kinds + ")PRIVATE KEY-----.*?-----END \\1PRIVATE KEY-----\r?\n?",
        Pattern.DOTALL);
  }

  private final Optional<Secret> secret;
  private final Map<String, SecretKey> derived = new ConcurrentHashMap<>();
  private volatile Optional<byte[]> ownSalt = Optional.empty();

  private KeyEncryption(Optional<Secret> secret) {
    this.secret = secret;
  }

  /// Nothing is encrypted, and nothing that was encrypted can be opened.
  public static KeyEncryption none() {
    return NONE;
  }

  /// Everything is encrypted under this encryption key.
  public static KeyEncryption under(Secret encryptionKey) {
    return new KeyEncryption(Optional.of(encryptionKey));
  }

  /// Whether there is an encryption key.
  public boolean isOn() {
    return secret.isPresent();
  }

  /// Writes a key as PEM (PKCS #8), readable by its owner only (mode 0600), encrypted if there is
  /// an encryption key. When this returns, it is on disk.
  public void write(SigningKey key, Path file, SecureRandom random) throws IOException {
    writePem(key.revealPem(), file, random);
  }

  /// Writes key and certificates into one PEM file: so neither is ever there without the other. As
  /// for a key alone.
  public void write(KeyPairFiles pair, Path file, SecureRandom random) throws IOException {
    writePem(pair.key().revealPem() + pair.chain().pem(), file, random);
  }

  private void writePem(String pem, Path file, SecureRandom random) throws IOException {
    String text = isOn() ? encrypted(pem, none(), random) : pem;
    DurableFile.writePrivate(file, text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Whether there is a private key in a PEM text that is not encrypted.
  static boolean holdsClearKey(String pem) {
    return CLEAR_KEY.matcher(pem).find();
  }

  /// Whether all private keys in a PEM text that are encrypted can be opened; absent when there are
  /// none.
  Optional<Boolean> opensAll(String pem) {
    List<MatchResult> found = ENCRYPTED_KEY.matcher(pem).results().toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.stream().allMatch(each -> opened(each.group()).isPresent()));
  }

  private Optional<PrivateKeyInfo> opened(String pem) {
    try {
      return open(new PKCS8EncryptedPrivateKeyInfo(PemFile.octets(pem)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The same PEM text with its private keys encrypted; whatever else is in it stays.
  ///
  /// @param previous opens those that are encrypted
  /// @throws IllegalArgumentException when what stands there as a key is none, or cannot be opened
  String encrypted(String pem, KeyEncryption previous, SecureRandom random) {
    return ANY_KEY
        .matcher(pem)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    PemFile.text(
                        "ENCRYPTED PRIVATE KEY",
                        encrypted(previous.keyIn(found.group()), random))));
  }

  private PrivateKeyInfo keyIn(String pem) {
    return holdsClearKey(pem)
        ? PemFile.clearKey(pem)
        : opened(pem).orElseThrow(() -> new IllegalArgumentException("it cannot be opened"));
  }

  private byte[] encrypted(PrivateKeyInfo key, SecureRandom random) {
    byte[] salt = ownSalt(random);
    byte[] iv = new byte[IV_BYTES];
    random.nextBytes(iv);
    try {
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(Cipher.ENCRYPT_MODE, derived(salt, ITERATIONS), new IvParameterSpec(iv));
      AlgorithmIdentifier how =
          new AlgorithmIdentifier(
              PKCSObjectIdentifiers.id_PBES2,
              new PBES2Parameters(
                  new KeyDerivationFunc(
                      PKCSObjectIdentifiers.id_PBKDF2,
                      new PBKDF2Params(salt, ITERATIONS, KEY_BITS / Byte.SIZE, HMAC_SHA_256)),
                  new EncryptionScheme(
                      NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv))));
      return new EncryptedPrivateKeyInfo(how, cipher.doFinal(key.getEncoded())).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-CBC", e);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// The key; absent when there is no encryption key, or it is another one, or the key was
  /// encrypted in another way than here.
  Optional<PrivateKeyInfo> open(PKCS8EncryptedPrivateKeyInfo encrypted) {
    if (!isOn()) {
      return Optional.empty();
    }
    try {
      EncryptedPrivateKeyInfo info = encrypted.toASN1Structure();
      if (!info.getEncryptionAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
        return Optional.empty();
      }
      PBES2Parameters how =
          PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
      PBKDF2Params derivation =
          PBKDF2Params.getInstance(how.getKeyDerivationFunc().getParameters());
      int iterations = derivation.getIterationCount().intValueExact();
      if (!how.getKeyDerivationFunc().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)
          || !derivation.getPrf().equals(HMAC_SHA_256)
          || iterations > MAX_ITERATIONS
          || !how.getEncryptionScheme()
              .getAlgorithm()
              .equals(NISTObjectIdentifiers.id_aes256_CBC)) {
        return Optional.empty();
      }
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          derived(derivation.getSalt(), iterations),
          new IvParameterSpec(
              ASN1OctetString.getInstance(how.getEncryptionScheme().getParameters()).getOctets()));
      return Optional.of(PrivateKeyInfo.getInstance(cipher.doFinal(info.getEncryptedData())));
    } catch (GeneralSecurityException | RuntimeException e) {
      // With a wrong key, whatever the octets mean is an error of some kind.
      return Optional.empty();
    }
  }

  /// Encrypts a secret that is no private key.
  ///
  /// @param name what the secret is; the same must be named to open it
  /// @throws IllegalStateException when there is no encryption key
  public byte[] seal(String name, byte[] plain, SecureRandom random) {
    byte[] salt = ownSalt(random);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = gcm(Cipher.ENCRYPT_MODE, name, salt, ITERATIONS, nonce).doFinal(plain);
      return ByteBuffer.allocate(1 + SALT_BYTES + Integer.BYTES + NONCE_BYTES + sealed.length)
          .put(VERSION)
          .put(salt)
          .putInt(ITERATIONS)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /// The secret that was sealed under this name.
  ///
  /// @throws KeyMaterialException when there is no encryption key, or it is not the one that the
  ///   secret was sealed under, or the octets were altered
  public byte[] open(String name, byte[] sealed) throws KeyMaterialException {
    if (!isOn()) {
      throw encryptionKeyMissing(name);
    }
    int headBytes = 1 + SALT_BYTES + Integer.BYTES + NONCE_BYTES;
    if (sealed.length < headBytes || sealed[0] != VERSION) {
      throw new KeyMaterialException(
          Fault.MALFORMED, name + " is no secret that certctl sealed", "restore it from a backup");
    }
    ByteBuffer head = ByteBuffer.wrap(sealed, 1, headBytes - 1);
    byte[] salt = new byte[SALT_BYTES];
    head.get(salt);
    int iterations = head.getInt();
    byte[] nonce = new byte[NONCE_BYTES];
    head.get(nonce);
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw encryptionKeyWrong(name);
    }
    try {
      return gcm(Cipher.DECRYPT_MODE, name, salt, iterations, nonce)
          .doFinal(sealed, headBytes, sealed.length - headBytes);
    } catch (GeneralSecurityException e) {
      throw encryptionKeyWrong(name);
    }
  }

  /// Says that something cannot be opened without an encryption key.
  public static KeyMaterialException encryptionKeyMissing(String what) {
    return new KeyMaterialException(
        Fault.ENCRYPTION_KEY_MISSING,
        what + " is encrypted, and " + OPTION + " is not set",
        "name the file with the encryption key of this installation in " + OPTION + "_FILE");
  }

  /// Says that the encryption key there is does not open something.
  public static KeyMaterialException encryptionKeyWrong(String what) {
    return new KeyMaterialException(
        Fault.WRONG_ENCRYPTION_KEY,
        OPTION + " does not open " + what,
        "set it to the encryption key that was in force when this was written, which is the same on"
            + " all nodes; see: certctl keys encrypt --help");
  }

  private Cipher gcm(int mode, String name, byte[] salt, int iterations, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, derived(salt, iterations), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((CONTEXT + name).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private byte[] ownSalt(SecureRandom random) {
    Optional<byte[]> known = ownSalt;
    if (known.isPresent()) {
      return known.get();
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    ownSalt = Optional.of(salt);
    return salt;
  }

  private SecretKey derived(byte[] salt, int iterations) {
    Secret from = secret.orElseThrow(() -> new IllegalStateException("no encryption key"));
    return derived.computeIfAbsent(
        iterations + ":" + Hex.toHexString(salt), _ -> derive(from, salt, iterations));
  }

  private static SecretKey derive(Secret from, byte[] salt, int iterations) {
    char[] text = from.revealText().toCharArray();
    PBEKeySpec spec = new PBEKeySpec(text, salt, iterations, KEY_BITS);
    try {
      return new SecretKeySpec(
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded(),
          "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2", e);
    } finally {
      spec.clearPassword();
      Arrays.fill(text, '\0');
    }
  }

  @Override
  public String toString() {
    return isOn() ? "KeyEncryption[on, key redacted]" : "KeyEncryption[off]";
  }
}
