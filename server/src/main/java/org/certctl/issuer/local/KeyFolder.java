package org.certctl.issuer.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.SerialNumber;

/// A folder with keys that take each other's place, one file for each key with its certificate.
///
/// A file appears complete, and what is in it never changes, so it is read once. Not safe for use
/// by several threads at once.
///
/// @param <K> what the keys are used as
final class KeyFolder<K> {

  private static final String SUFFIX = ".pem";
  private static final DateTimeFormatter MADE_AT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final CryptoProviders providers;
  private final Function<KeyPairFiles, K> use;
  private final Map<Path, KeyFile<K>> known = new HashMap<>();
  private final Map<String, Instant> supplied = new HashMap<>();

  /// @param use makes of a key and its certificate what they are used as
  KeyFolder(Path folder, CryptoProviders providers, Function<KeyPairFiles, K> use) {
    this.folder = folder;
    this.providers = providers;
    this.use = use;
  }

  /// What is there now, oldest first.
  ///
  /// @throws KeyMaterialException when a file cannot be used
  List<KeyFile<K>> list() throws IOException, KeyMaterialException {
    List<Path> present = files();
    known.keySet().retainAll(present);
    for (Path file : present) {
      if (!known.containsKey(file)) {
        known.put(file, keyFile(file, KeyPairFiles.read(file, file, providers)));
      }
    }
    List<KeyFile<K>> all = new ArrayList<>(known.values());
    all.sort(
        Comparator.<KeyFile<K>, Instant>comparing(KeyFile::madeAt)
            .thenComparing(entry -> entry.file().toString()));
    return all;
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(file -> file.toString().endsWith(SUFFIX))
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .toList();
    } catch (UncheckedIOException e) {
      throw new IOException("the folder " + folder + " cannot be read", e);
    }
  }

  /// A key that is on disk, but not among those of the folder. Closing it before it is published
  /// removes it.
  final class Draft implements AutoCloseable {

    private final Path draft;
    private final KeyFile<K> file;

    private Draft(Path draft, KeyFile<K> file) {
      this.draft = draft;
      this.file = file;
    }

    /// Makes the key one of the folder; when this returns, that is durable.
    KeyFile<K> publish() throws IOException {
      Files.move(draft, file.file(), StandardCopyOption.ATOMIC_MOVE);
      known.put(file.file(), file);
      DurableFile.syncDirectory(folder);
      return file;
    }

    @Override
    public void close() throws IOException {
      Files.deleteIfExists(draft);
    }
  }

  /// Writes a key without adding it yet; when this returns, it is on disk.
  Draft draft(KeyPairFiles key, Instant madeAt) throws IOException {
    createFolders();
    X509CertificateHolder certificate = key.chain().first();
    String serial = new SerialNumber(certificate.getSerialNumber()).hex();
    Path file =
        folder.resolve(
            MADE_AT.format(madeAt)
                + "-"
                + serial.substring(0, Math.min(8, serial.length()))
                + SUFFIX);
    // One name for all: what a crash left there is written over.
    Path draft = folder.resolve(".draft");
    key.writeTogether(draft);
    return new Draft(draft, keyFile(file, key));
  }

  private KeyFile<K> keyFile(Path file, KeyPairFiles key) {
    return new KeyFile<>(file, key.chain().first(), use.apply(key));
  }

  private void createFolders() throws IOException {
    Path above = folder.getParent();
    for (Path each : above == null ? List.of(folder) : List.of(above, folder)) {
      if (!Files.isDirectory(each)) {
        DurableFile.createPrivateDirectory(each);
      }
    }
    if (above != null) {
      DurableFile.syncDirectory(above);
    }
  }

  /// Since when the operator has supplied the RA under an issuer: what was noted, or now, which is
  /// noted then. If it cannot be written, it holds for this process.
  Instant suppliedSince(String issuerId, Instant now) {
    return supplied.computeIfAbsent(issuerId, id -> notedOr(noteOf(id), now));
  }

  private static Instant notedOr(Path note, Instant now) {
    try {
      return Instant.parse(Files.readString(note, StandardCharsets.US_ASCII).strip());
    } catch (IOException | DateTimeException e) {
      try {
        DurableFile.writePrivate(note, now.toString().getBytes(StandardCharsets.US_ASCII));
      } catch (IOException notWritten) {
        // The grace begins anew at the next start: a key is opened longer than it had to be.
      }
      return now;
    }
  }

  /// Forgets it.
  void forgetSupplied(String issuerId) throws IOException {
    supplied.remove(issuerId);
    Files.deleteIfExists(noteOf(issuerId));
  }

  private Path noteOf(String issuerId) {
    return folder.resolve(".supplied-" + issuerId);
  }

  /// Destroys a key; when this returns, its file is gone.
  void remove(KeyFile<K> spent) throws IOException {
    Files.deleteIfExists(spent.file());
    known.remove(spent.file());
    DurableFile.syncDirectory(folder);
  }
}
