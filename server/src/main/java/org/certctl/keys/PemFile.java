package org.certctl.keys;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.certctl.keys.KeyMaterialException.Fault;
import org.jspecify.annotations.Nullable;

/// PEM files (RFC 7468 and the older forms of OpenSSL): what is in them, and how to write them.
final class PemFile {

  private static final long MAX_SIZE_BYTES = 1 << 20;

  private static final Set<PosixFilePermission> OF_THE_OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PemFile() {}

  /// The certificates in a file, in their order; at least one.
  static List<X509CertificateHolder> certificates(Path file) throws KeyMaterialException {
    List<X509CertificateHolder> certificates = new ArrayList<>();
    for (Object entry : entries(file, "certificate")) {
      if (entry instanceof X509CertificateHolder certificate) {
        certificates.add(certificate);
      }
    }
    if (certificates.isEmpty()) {
      throw malformed("there is no certificate in " + file, "it must hold PEM: BEGIN CERTIFICATE");
    }
    return List.copyOf(certificates);
  }

  /// The one private key in a file: PKCS#8, PKCS#1 or SEC1, without a passphrase. Refuses a file
  /// that others than its owner may read.
  static PrivateKeyInfo privateKey(Path file) throws KeyMaterialException {
    requireReadable(file);
    requireOwnerOnly(file);
    @Nullable PrivateKeyInfo found = null;
    for (Object entry : entries(file, "private key")) {
      @Nullable PrivateKeyInfo key = privateKeyIn(file, entry);
      if (key != null && found != null) {
        throw malformed("there are several private keys in " + file, "leave exactly one of them");
      }
      found = key != null ? key : found;
    }
    if (found == null) {
      throw malformed(
          "there is no private key in " + file,
          "it must hold PEM: BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY");
    }
    return found;
  }

  private static @Nullable PrivateKeyInfo privateKeyIn(Path file, Object entry)
      throws KeyMaterialException {
    return switch (entry) {
      case PrivateKeyInfo key -> key;
      case PEMKeyPair pair -> pair.getPrivateKeyInfo();
      case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
          throw new KeyMaterialException(
              Fault.ENCRYPTED,
              "the private key in " + file + " is protected by a passphrase",
              "write it without one: openssl pkey -in " + file + " -out NEW; chmod 600 NEW");
      default -> null;
    };
  }

  /// The public key in a file.
  static SubjectPublicKeyInfo publicKey(Path file) throws KeyMaterialException {
    for (Object entry : entries(file, "public key")) {
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

  private static List<Object> entries(Path file, String what) throws KeyMaterialException {
    requireReadable(file);
    List<Object> entries = new ArrayList<>();
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
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

  private static void requireReadable(Path file) throws KeyMaterialException {
    if (!Files.exists(file)) {
      throw new KeyMaterialException(
          Fault.MISSING, "there is no file " + file, "check the path and the mount");
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new KeyMaterialException(
          Fault.UNREADABLE,
          file + " is no file that this process may read",
          "give it to the user that certctl runs as: chown USER " + file);
    }
    try {
      if (Files.size(file) > MAX_SIZE_BYTES) {
        throw malformed(file + " is too large to be a PEM file", "check the path");
      }
    } catch (IOException e) {
      throw new KeyMaterialException(
          Fault.UNREADABLE, file + " cannot be read", "check the disk and the mount", e);
    }
  }

  private static void requireOwnerOnly(Path file) throws KeyMaterialException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OF_THE_OWNER.containsAll(permissions)) {
        throw new KeyMaterialException(
            Fault.TOO_OPEN,
            "others than its owner may use the private key in "
                + file
                + " (mode "
                + PosixFilePermissions.toString(permissions)
                + ")",
            "close it: chmod 600 " + file);
      }
    } catch (UnsupportedOperationException e) {
      // No POSIX modes on this file system: access is ruled by other means.
      return;
    } catch (IOException e) {
      throw new KeyMaterialException(
          Fault.UNREADABLE, file + " cannot be read", "check the disk and the mount", e);
    }
  }

  private static KeyMaterialException malformed(String reason, String hint) {
    return new KeyMaterialException(Fault.MALFORMED, reason, hint);
  }
}
