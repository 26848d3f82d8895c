package org.certctl.keys;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.certctl.keys.pkcs11.Pkcs11Uri;
import org.certctl.secret.Secret;

/// Where a private key is, and what opens it.
public sealed interface KeyLocation {

  /// A file: PEM, or PKCS #12 when its name ends in `.p12` or `.pfx`.
  ///
  /// @param path the file
  /// @param alias which entry of a PKCS #12 file, if it has several
  /// @param password opens an encrypted key, or the PKCS #12 file
  /// @param encryption opens a key that certctl encrypted itself
  record InFile(
      Path path, Optional<String> alias, Optional<Secret> password, KeyEncryption encryption)
      implements KeyLocation {

    /// Whether it is a PKCS #12 file.
    public boolean isPkcs12() {
      return KeyLocation.isPkcs12(path.toString());
    }

    @Override
    public String toString() {
      return path + alias.map(name -> "#" + name).orElse("");
    }
  }

  /// A PKCS #11 token.
  ///
  /// @param uri which token and which key
  /// @param pin logs in, unless the URI names a file with it
  record OnToken(Pkcs11Uri uri, Optional<Path> pinFile, Optional<Secret> pin)
      implements KeyLocation {

    @Override
    public String toString() {
      return uri.toString();
    }
  }

  /// The database that all nodes share, sealed under the encryption key of the installation: what
  /// it is kept as is known to whoever opens the database.
  record InDatabase() implements KeyLocation {

    /// What stands for it in configuration.
    public static final String NAME = "database";

    @Override
    public String toString() {
      return NAME;
    }
  }

  /// A PEM or PKCS #12 file that needs no password.
  static KeyLocation of(Path path) {
    return of(path, KeyEncryption.none());
  }

  /// A PEM file whose key certctl may have encrypted itself.
  static KeyLocation of(Path path, KeyEncryption encryption) {
    return new InFile(path, Optional.empty(), Optional.empty(), encryption);
  }

  /// Reads how a key is named in configuration: the path of a PEM file, that of a PKCS #12 file
  /// with or without `#alias`, or a PKCS #11 URI.
  ///
  /// @throws IllegalArgumentException when it is none of them; the message says why, then after a
  ///   line break what to do
  static KeyLocation parse(String text) {
    if (Pkcs11Uri.isOne(text)) {
      Pkcs11Uri uri = Pkcs11Uri.parse(text);
      return new OnToken(uri, uri.pinSource(), Optional.empty());
    }
    int hash = text.lastIndexOf('#');
    if (hash > 0 && hash < text.length() - 1 && isPkcs12(text.substring(0, hash))) {
      return new InFile(
          Path.of(text.substring(0, hash)),
          Optional.of(text.substring(hash + 1)),
          Optional.empty(),
          KeyEncryption.none());
    }
    return of(Path.of(text));
  }

  /// Whether a file of this name is taken for PKCS #12.
  static boolean isPkcs12(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".p12") || lower.endsWith(".pfx");
  }

  /// The same with relative paths taken from a directory, and what opens it.
  ///
  /// @param encryption opens what certctl encrypted itself
  default KeyLocation in(Path directory, Optional<Secret> password, KeyEncryption encryption) {
    return switch (this) {
      case InFile file ->
          new InFile(
              directory.resolve(file.path()).normalize(), file.alias(), password, encryption);
      case OnToken token ->
          new OnToken(
              token.uri(),
              token.pinFile().map(file -> directory.resolve(file).normalize()),
              password);
      case InDatabase database -> database;
    };
  }

  /// The file, when it is in one.
  default Optional<Path> file() {
    return this instanceof InFile in ? Optional.of(in.path()) : Optional.empty();
  }
}
