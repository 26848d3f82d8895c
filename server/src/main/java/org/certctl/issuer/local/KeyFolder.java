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
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.DurableFile;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.SerialNumber;

/// A folder with keys that take each other's place, one file for each key with its certificate.
///
/// A file appears complete, and what is in it never changes, so it is read once. Not safe for use
/// by several threads at once.
///
/// @param <K> what the keys are used as
final class KeyFolder<K> implements KeptKeys<K> {

  private static final String SUFFIX = ".pem";
  private static final DateTimeFormatter MADE_AT =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final KeyFolders above;
  private final Function<KeyPairFiles, K> use;
  private final Map<Path, KeptKey<K>> known = new HashMap<>();
  private final Map<String, Instant> supplied = new HashMap<>();

  /// @param use makes of a key and its certificate what they are used as
  KeyFolder(Path folder, KeyFolders above, Function<KeyPairFiles, K> use) {
    this.folder = folder;
    this.above = above;
    this.use = use;
  }

  @Override
  public List<KeptKey<K>> list() throws IOException, KeyMaterialException {
    List<Path> present = files();
    known.keySet().retainAll(present);
    for (Path file : present) {
      if (!known.containsKey(file)) {
        KeyLocation key = KeyLocation.of(file, above.encryption());
        known.put(file, kept(file, KeyPairFiles.read(file, key, above.providers())));
      }
    }
    List<KeptKey<K>> all = new ArrayList<>(known.values());
    all.sort(
        Comparator.<KeptKey<K>, Instant>comparing(KeptKey::madeAt).thenComparing(KeptKey::name));
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

  @Override
  public Optional<KeptKey<K>> add(
      KeyPairFiles key, Instant madeAt, AuditEvent event, AuditLog audit)
      throws IOException, StoreUnavailableException {
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
    try {
      above.encryption().write(key, draft, above.random());
      KeptKey<K> kept = kept(file, key);
      audit.append(event);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      known.put(file, kept);
      DurableFile.syncDirectory(folder);
      return Optional.of(kept);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private KeptKey<K> kept(Path file, KeyPairFiles key) {
    X509CertificateHolder certificate = key.chain().first();
    return new KeptKey<>(
        String.valueOf(file.getFileName()),
        certificate,
        use.apply(key),
        Optional.of(KeptKey.madeAt(certificate)));
  }

  private void createFolders() throws IOException {
    Path parent = folder.getParent();
    for (Path each : parent == null ? List.of(folder) : List.of(parent, folder)) {
      if (!Files.isDirectory(each)) {
        DurableFile.createPrivateDirectory(each);
      }
    }
    if (parent != null) {
      DurableFile.syncDirectory(parent);
    }
  }

  @Override
  public Instant suppliedSince(String issuerId, Instant now) {
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

  @Override
  public void forgetSupplied(String issuerId) throws IOException {
    supplied.remove(issuerId);
    Files.deleteIfExists(noteOf(issuerId));
  }

  private Path noteOf(String issuerId) {
    return folder.resolve(".supplied-" + issuerId);
  }

  @Override
  public boolean remove(KeptKey<K> spent) throws IOException {
    Path file = folder.resolve(spent.name());
    Files.deleteIfExists(file);
    known.remove(file);
    DurableFile.syncDirectory(folder);
    return true;
  }
}
