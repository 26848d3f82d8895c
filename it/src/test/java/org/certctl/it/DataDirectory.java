package org.certctl.it;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A data directory as `certctl init` leaves it.
final class DataDirectory {

  private static final String DEFAULT_PROFILE = "CERTCTL_SCEP_PROFILE_DEFAULT_";

  /// By the kind of the CA key.
  private static final Map<String, DataDirectory> INITIALISED = new ConcurrentHashMap<>();

  private final Path path;
  private final Map<String, String> settings;

  private DataDirectory(Path path, Map<String, String> settings) {
    this.path = path;
    this.settings = settings;
  }

  /// Makes this directory, which must not exist or be empty, as `certctl init` leaves it with a CA
  /// key of this kind. `init` runs once in a process for each kind; the others are copies.
  static DataDirectory init(Path path, String caKey) {
    var first =
        INITIALISED.computeIfAbsent(
            caKey,
            kind ->
                initialised(
                    Certctl.workDirectory("init-" + System.getProperty("certctl.fork") + "-" + kind)
                        .resolve("data"),
                    kind));
    first.copyTo(path);
    return at(path);
  }

  private static DataDirectory initialised(Path path, String caKey) {
    Certctl.run(
            "init",
            "--data-dir",
            path.toString(),
            "--host",
            "localhost",
            "--host",
            "127.0.0.1",
            "--ca-key",
            caKey)
        .succeeded();
    return at(path);
  }

  /// A directory that was initialised before.
  static DataDirectory at(Path path) {
    var settings = new HashMap<String, String>();
    try {
      for (var line : Files.readAllLines(path.resolve("certctl.env"))) {
        var equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          settings.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DataDirectory(path, settings);
  }

  /// Copies it with the permissions of all files.
  void copyTo(Path other) {
    try (var tree = Files.walk(path)) {
      for (var file : tree.toList()) {
        var copy = other.resolve(path.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
          Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
        } else if (Files.isRegularFile(file)) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The directory.
  Path path() {
    return path;
  }

  /// The challenge password of the profile `default`.
  String challenge() {
    return setting(DEFAULT_PROFILE + "CHALLENGE_PASSWORD");
  }

  /// The file with the issuing certificate and the root.
  Path chainFile() {
    return file("CERTCTL_CA_CERT_PATH");
  }

  /// Issuing certificate first, root last.
  List<X509Certificate> chain() {
    return certificates(chainFile());
  }

  /// The self-signed root.
  X509Certificate root() {
    return chain().getLast();
  }

  /// A file with the certificate that the SCEP profile `default` signs and decrypts with.
  Path raCertificateFile() {
    try {
      var file = Files.createTempFile("ra", ".pem");
      file.toFile().deleteOnExit();
      return OpenSsl.writePem(file, List.of(raCertificate()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The certificate that the SCEP profile `default` signs and decrypts with: the newest of those
  /// that the server has made.
  X509Certificate raCertificate() {
    return raCertificates().getLast();
  }

  /// The RA certificates of the SCEP profile `default`, oldest first.
  List<X509Certificate> raCertificates() {
    var supplied = path.resolve("ra.crt");
    if (Files.exists(supplied)) {
      return List.of(certificates(supplied).getFirst());
    }
    try (var files = Files.list(path.resolve("ra").resolve("default"))) {
      return files
          .filter(file -> file.toString().endsWith(".pem"))
          .map(file -> certificates(file).getFirst())
          .sorted(java.util.Comparator.comparing(X509Certificate::getNotBefore))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file that a setting names, relative to the directory.
  Path file(String name) {
    return path.resolve(setting(name));
  }

  /// The value of a setting; fails when `certctl.env` has none.
  String setting(String name) {
    @Nullable String value = settings.get(name);
    if (value == null) {
      throw new AssertionError(name + " is not in " + path.resolve("certctl.env"));
    }
    return value;
  }

  /// Every regular file below the directory.
  List<Path> files() {
    try (var tree = Files.walk(path)) {
      return tree.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The SQLite file.
  Path database() {
    for (var file : files()) {
      if (startsWith(file, "SQLite format 3\0".getBytes(StandardCharsets.ISO_8859_1))) {
        return file;
      }
    }
    throw new AssertionError("no SQLite file in " + path);
  }

  /// The certificates of a PEM file in its order; a key may stand before them.
  static List<X509Certificate> certificates(Path pem) {
    try {
      var certificates = new ArrayList<X509Certificate>();
      var factory = CertificateFactory.getInstance("X.509");
      var text = Files.readString(pem, StandardCharsets.ISO_8859_1);
      var begin = Math.max(0, text.indexOf("-----BEGIN CERTIFICATE-----"));
      var octets = text.substring(begin).getBytes(StandardCharsets.ISO_8859_1);
      for (var certificate : factory.generateCertificates(new ByteArrayInputStream(octets))) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CertificateException e) {
      throw new AssertionError("not certificates: " + pem, e);
    }
  }

  private static boolean startsWith(Path file, byte[] magic) {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(magic.length), magic);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unquoted(String value) {
    var stripped = value.strip();
    return stripped.length() >= 2 && stripped.startsWith("\"") && stripped.endsWith("\"")
        ? stripped.substring(1, stripped.length() - 1)
        : stripped;
  }
}
