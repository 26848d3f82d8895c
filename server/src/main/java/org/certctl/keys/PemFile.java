package org.certctl.keys;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;

/// PEM files (RFC 7468 and the older forms of OpenSSL): what is in them, and how to write them.
final class PemFile {

  private PemFile() {}

  /// The certificates in a file, in their order; at least one.
  static List<X509CertificateHolder> certificates(Path file) throws KeyMaterialException {
    List<X509CertificateHolder> certificates = new ArrayList<>();
    for (Object entry : entries(file, KeyFiles.read(file), "certificate")) {
      if (entry instanceof X509CertificateHolder certificate) {
        certificates.add(certificate);
      }
    }
    if (certificates.isEmpty()) {
      throw malformed("there is no certificate in " + file, "it must hold PEM: BEGIN CERTIFICATE");
    }
    return List.copyOf(certificates);
  }

  /// The one private key in a file: PKCS#8, PKCS#1 or SEC1. Refuses a file that others than its
  /// owner may read.
  ///
  /// @param password opens encrypted PKCS#8; not used for a key that is not encrypted
  /// @param encryption opens what certctl encrypted; tried before the password
  static PrivateKeyInfo privateKey(Path file, Optional<Secret> password, KeyEncryption encryption)
      throws KeyMaterialException {
    byte[] octets = KeyFiles.readPrivate(file);
    @Nullable PrivateKeyInfo found = null;
    for (Object entry : entries(file, octets, "private key")) {
      @Nullable PrivateKeyInfo key = privateKeyIn(file, entry, password, encryption);
      if (key != null && found != null) {
        throw malformed("there are several private keys in " + file, "leave exactly one of them");
      }
      found = key != null ? key : found;
    }
    if (found == null) {
      throw malformed(
          "there is no private key in " + file,
          "it must hold PEM, such as BEGIN PRIVATE KEY or BEGIN ENCRYPTED PRIVATE KEY");
    }
    return found;
  }

  private static @Nullable PrivateKeyInfo privateKeyIn(
      Path file, Object entry, Optional<Secret> password, KeyEncryption encryption)
      throws KeyMaterialException {
    return switch (entry) {
      case PrivateKeyInfo key -> key;
      case PEMKeyPair pair -> pair.getPrivateKeyInfo();
      case PKCS8EncryptedPrivateKeyInfo encrypted -> opened(file, encrypted, password, encryption);
      case PEMEncryptedKeyPair _ ->
          throw new KeyMaterialException(
              Fault.ENCRYPTED,
              "the private key in " + file + " is encrypted in the old way of OpenSSL",
              "write it anew: openssl pkcs8 -topk8 -in " + file + " -out NEW; chmod 600 NEW");
      default -> null;
    };
  }

  private static PrivateKeyInfo opened(
      Path file,
      PKCS8EncryptedPrivateKeyInfo encrypted,
      Optional<Secret> password,
      KeyEncryption encryption)
      throws KeyMaterialException {
    Optional<PrivateKeyInfo> own = encryption.open(encrypted);
    if (own.isPresent()) {
      return own.get();
    }
    if (password.isPresent()) {
      return decrypted(file, encrypted, password.get());
    }
    if (encryption.isOn()) {
      throw KeyEncryption.encryptionKeyWrong(file.toString());
    }
    throw KeyMaterialException.passwordMissing(file.toString());
  }

  private static PrivateKeyInfo decrypted(
      Path file, PKCS8EncryptedPrivateKeyInfo encrypted, Secret password)
      throws KeyMaterialException {
    char[] text = password.revealText().toCharArray();
    try {
      return encrypted.decryptPrivateKeyInfo(
          new JceOpenSSLPKCS8DecryptorProviderBuilder()
              .setProvider(new BouncyCastleProvider())
              .build(text));
    } catch (PKCSException | OperatorCreationException | RuntimeException e) {
      // With a wrong key, whatever the octets mean is an error of some kind.
      throw KeyMaterialException.wrongPassword(file.toString(), e);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  /// The private key in a PEM text that holds nothing else and is not encrypted.
  ///
  /// @throws IllegalArgumentException when there is none
  static PrivateKeyInfo clearKey(String pem) {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      return switch (parser.readObject()) {
        case PrivateKeyInfo key -> key;
        case PEMKeyPair pair -> pair.getPrivateKeyInfo();
        case null, default -> throw new IllegalArgumentException("there is no private key");
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("the private key cannot be read as PEM", e);
    }
  }

  /// The public key in a file.
  static SubjectPublicKeyInfo publicKey(Path file) throws KeyMaterialException {
    for (Object entry : entries(file, KeyFiles.read(file), "public key")) {
      if (entry instanceof SubjectPublicKeyInfo key) {
        return key;
      }
    }
    throw malformed("there is no public key in " + file, "it must hold PEM: BEGIN PUBLIC KEY");
  }

  /// The PEM text of some octets, e.g. of type `CERTIFICATE`.
  static String text(String type, byte[] octets) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(type, octets));
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return text.toString();
  }

  /// The octets of the first PEM block in a text, of whatever type.
  ///
  /// @throws IOException when there is none
  static byte[] octets(String text) throws IOException {
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject found = reader.readPemObject();
      if (found == null) {
        throw new IOException("there is no PEM");
      }
      return found.getContent();
    } catch (RuntimeException e) {
      throw new IOException("it cannot be read as PEM", e);
    }
  }

  private static List<Object> entries(Path file, byte[] octets, String what)
      throws KeyMaterialException {
    List<Object> entries = new ArrayList<>();
    try {
      String text = new String(octets, StandardCharsets.ISO_8859_1);
      try (PEMParser parser = new PEMParser(new StringReader(text))) {
        Object entry = parser.readObject();
        while (entry != null) {
          entries.add(entry);
          entry = parser.readObject();
        }
      }
      return entries;
    } catch (IOException | IllegalArgumentException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          "the " + what + " in " + file + " cannot be read as PEM",
          "check the file with: openssl " + checkCommand(what) + " -in " + file + " -noout",
          e);
    }
  }

  private static String checkCommand(String what) {
    return switch (what) {
      case "certificate" -> "x509";
      case "public key" -> "pkey -pubin";
      default -> "pkey";
    };
  }

  private static KeyMaterialException malformed(String reason, String hint) {
    return new KeyMaterialException(Fault.MALFORMED, reason, hint);
  }
}
