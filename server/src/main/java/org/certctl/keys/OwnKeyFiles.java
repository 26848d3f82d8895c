package org.certctl.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;

/// The files with private keys and secrets in some folders, as to whether they are encrypted under
/// the encryption key of the installation. Files are replaced one by one, each at once: a crash
/// leaves some of them as they were.
public final class OwnKeyFiles {

  private static final int MAX_DEPTH = 4;
  private static final long MAX_SIZE_BYTES = 1 << 20;

  private final List<Path> folders;
  private final Path secret;

  /// @param folders are looked through, with those in them; need not exist
  /// @param secret a file with the secret of the installation; need not exist
  public OwnKeyFiles(List<Path> folders, Path secret) {
    this.folders = List.copyOf(folders);
    this.secret = secret;
  }

  /// How a file is kept.
  private enum State {
    /// There is no key in it.
    NONE,
    /// It is not encrypted.
    CLEAR,
    /// It is encrypted, and opened by the key there is.
    OPENED,
    /// It is encrypted under another key, or there is none.
    CLOSED
  }

  /// The files with keys that are not encrypted.
  public List<Path> clear() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files()) {
      if (state(file, text(file), KeyEncryption.none()) == State.CLEAR) {
        found.add(file);
      }
    }
    return found;
  }

  /// What keeps each of those closed that are encrypted and cannot be opened.
  public List<KeyMaterialException> closed(KeyEncryption encryption) throws IOException {
    List<KeyMaterialException> found = new ArrayList<>();
    for (Path file : files()) {
      if (state(file, text(file), encryption) == State.CLOSED) {
        found.add(
            encryption.isOn()
                ? KeyEncryption.encryptionKeyWrong(file.toString())
                : KeyEncryption.encryptionKeyMissing(file.toString()));
      }
    }
    return found;
  }

  /// Encrypts those that are not, and those that were encrypted under a previous key.
  ///
  /// @param previous opens what was encrypted before
  /// @return which were written anew; when this returns, they are on disk
  /// @throws IOException when one of them cannot be read or written; those before it are done
  /// @throws KeyMaterialException when what stands in one as a key is none; likewise
  public List<Path> encrypt(KeyEncryption previous, KeyEncryption encryption, SecureRandom random)
      throws IOException, KeyMaterialException {
    List<Path> done = new ArrayList<>();
    for (Path file : files()) {
      String text = text(file);
      State state = state(file, text, encryption);
      boolean isDue =
          state == State.CLEAR
              || (state == State.CLOSED && state(file, text, previous) == State.OPENED);
      if (isDue) {
        write(file, text, previous, encryption, random);
        done.add(file);
      }
    }
    return done;
  }

  private void write(
      Path file, String text, KeyEncryption previous, KeyEncryption encryption, SecureRandom random)
      throws IOException, KeyMaterialException {
    if (file.equals(secret)) {
      Secret value = InstallationSecret.read(file, previous);
      InstallationSecret.write(file, value, encryption, random);
      return;
    }
    try {
      DurableFile.writePrivate(
          file, encryption.encrypted(text, previous, random).getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException(
          Fault.MALFORMED,
          "the private key in " + file + " cannot be read",
          "check it with: openssl pkey -noout -in " + file,
          e);
    }
  }

  private State state(Path file, String text, KeyEncryption encryption) {
    if (file.equals(secret)) {
      return !InstallationSecret.isEncrypted(text)
          ? State.CLEAR
          : InstallationSecret.opens(file, text, encryption) ? State.OPENED : State.CLOSED;
    }
    if (KeyEncryption.holdsClearKey(text)) {
      return State.CLEAR;
    }
    Optional<Boolean> opened = encryption.opensAll(text);
    return opened.map(all -> all ? State.OPENED : State.CLOSED).orElse(State.NONE);
  }

  private List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> entries = Files.walk(folder, MAX_DEPTH)) {
          entries
              .filter(file -> Files.isRegularFile(file) && !file.equals(secret))
              .sorted()
              .forEach(all::add);
        } catch (UncheckedIOException e) {
          throw new IOException("the folder " + folder + " cannot be read", e);
        }
      }
    }
    if (Files.isRegularFile(secret)) {
      all.add(secret);
    }
    return all;
  }

  /// What is in a file, as text; nothing when it is gone by now or too large for keys.
  private static String text(Path file) throws IOException {
    try {
      return Files.size(file) > MAX_SIZE_BYTES
          ? ""
          : Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
