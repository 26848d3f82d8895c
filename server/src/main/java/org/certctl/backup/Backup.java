package org.certctl.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.backup.BackupException.Fault;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.pki.Sha256;
import org.certctl.setup.NewDirectory;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteCopy;

/// Makes an archive of a data directory whose server may run.
///
/// First the database is copied, then the files: what a transaction tells of was on disk before it,
/// so no copy of the database knows a file that the copy of the files lacks.
public final class Backup {

  private static final int SALT_BYTES = 32;

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;
  private final String version;

  /// Takes what making archives needs.
  public Backup(CryptoProviders providers, Clock clock, SecureRandom random, String version) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
    this.version = version;
  }

  /// What is to be copied where.
  ///
  /// @param dataDirectory the data directory
  /// @param database the database
  /// @param auditKeys the keys that may have sealed the audit trail, the present one first
  /// @param outside the files that the settings name outside the data directory; only told
  /// @param secrets what becomes of secret files
  /// @param target the archive; must not exist
  public record Order(
      Path dataDirectory,
      Path database,
      List<SubjectPublicKeyInfo> auditKeys,
      List<String> outside,
      SecretHandling secrets,
      Path target) {

    /// Takes copies of the lists.
    public Order {
      auditKeys = List.copyOf(auditKeys);
      outside = List.copyOf(outside);
    }
  }

  /// What was made.
  ///
  /// @param sizeBytes the length of the archive
  /// @param digest SHA-256 of the archive
  /// @param parts how many files are in it
  /// @param audit the audit trail in it
  /// @param leftOut the secret files that are not in it
  /// @param ignored files that are not in it because none of ours have such a name or size
  public record Made(
      long sizeBytes,
      Sha256 digest,
      int parts,
      AuditVerification.Intact audit,
      List<String> leftOut,
      List<String> ignored) {

    /// Takes copies of the lists.
    public Made {
      leftOut = List.copyOf(leftOut);
      ignored = List.copyOf(ignored);
    }
  }

  /// Is told before an archive gets its name.
  @FunctionalInterface
  public interface Announcement {

    /// Keeps it, or throws so that there will be no archive.
    void of(Made made) throws StoreUnavailableException;
  }

  /// Makes the archive (mode 0600). When this returns, it is complete, checked and on disk; when it
  /// throws, there is none.
  ///
  /// @throws BackupException when something is in the way, or what was copied is not sound
  /// @throws StoreOpenException when the database cannot be opened
  /// @throws StoreUnavailableException when it cannot be read, or the announcement fails
  public Made make(Order order, Announcement announcement)
      throws BackupException, IOException, StoreOpenException, StoreUnavailableException {
    Path target = order.target().toAbsolutePath().normalize();
    Path beside = target.getParent();
    requireFree(order, target);
    if (beside == null) {
      throw new IOException(target + " is no file name");
    }
    Path draft = beside.resolve(".certctl-backup-" + mark());
    DurableFile.createPrivateDirectory(draft);
    try {
      Path folder = draft.resolve("parts");
      DurableFile.createPrivateDirectory(folder);
      Copied copied = copy(order, folder);
      Path archive = draft.resolve("archive");
      DurableFile.writePrivate(archive, new byte[0]);
      BackupArchive.write(folder, copied.manifest(), archive);
      Made made =
          new Made(
              Files.size(archive),
              BackupArchive.digest(archive),
              copied.manifest().parts().size(),
              copied.audit(),
              copied.manifest().leftOut(),
              copied.ignored());
      announcement.of(made);
      Files.move(archive, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFile.syncDirectory(beside);
      return made;
    } finally {
      NewDirectory.remove(draft);
    }
  }

  private static void requireFree(Order order, Path target) throws BackupException {
    if (Files.exists(target)) {
      throw new BackupException(
          Fault.IN_THE_WAY, target + " exists", "name a file that does not exist yet");
    }
    if (target.startsWith(order.dataDirectory().toAbsolutePath().normalize())) {
      throw new BackupException(
          Fault.IN_THE_WAY,
          target + " lies in the data directory",
          "keep backups elsewhere, at best on another machine");
    }
    if (target.getParent() != null && !Files.isDirectory(target.getParent())) {
      throw new BackupException(
          Fault.IN_THE_WAY, "there is no folder " + target.getParent(), "make it first");
    }
  }

  private record Copied(Manifest manifest, AuditVerification.Intact audit, List<String> ignored) {}

  private Copied copy(Order order, Path folder)
      throws BackupException, IOException, StoreOpenException, StoreUnavailableException {
    String databaseName = databaseName(order);
    Path database = folder.resolve(databaseName);
    makeFolders(folder, database);
    requireSpace(order.database(), folder);
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    SqliteCopy.copy(order.database(), database);
    CopyCheck check = new CopyCheck(providers, clock);
    CopyCheck.requireDatabase(database);
    AuditVerification.Intact audit = check.requireAudit(database, order.auditKeys(), Set.of());
    SqliteCopy.settle(database);

    Optional<Sha256> salt = salt(order.secrets());
    List<Manifest.Part> parts = new ArrayList<>();
    parts.add(
        new Manifest.Part(
            databaseName, Files.size(database), BackupArchive.digest(database), false, false));
    DataFiles files = new DataFiles(order.dataDirectory(), order.database());
    List<DataFiles.DataFile> all = files.read();
    for (DataFiles.DataFile file : all) {
      Path place = folder.resolve(file.name());
      makeFolders(folder, place);
      DurableFile.writePrivate(place, file.octets().octets());
    }
    check.requireKeysOfCertificates(folder);
    List<String> leftOut = new ArrayList<>();
    Optional<SecretBox> box = box(order.secrets(), salt);
    for (DataFiles.DataFile file : all) {
      if (file.isSecret() && order.secrets() instanceof SecretHandling.LeftOut) {
        leftOut.add(file.name());
      } else {
        parts.add(part(file, box.filter(_ -> file.isSecret()), folder));
      }
    }
    return new Copied(
        new Manifest(
            version,
            now,
            SqliteCopy.version(database),
            audit.head(),
            order.auditKeys().getFirst(),
            databaseName,
            salt,
            parts,
            leftOut,
            order.outside()),
        audit,
        files.ignored());
  }

  private Manifest.Part part(DataFiles.DataFile file, Optional<SecretBox> box, Path folder)
      throws IOException {
    byte[] octets = file.octets().octets();
    if (box.isPresent()) {
      octets = box.get().seal(file.name(), octets, random);
      DurableFile.writePrivate(folder.resolve(file.name()), octets);
    }
    return new Manifest.Part(
        file.name(), octets.length, Sha256.over(octets), file.isPublic(), box.isPresent());
  }

  private Optional<Sha256> salt(SecretHandling secrets) {
    if (!(secrets instanceof SecretHandling.Encrypted)) {
      return Optional.empty();
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return Optional.of(Sha256.ofDigest(salt));
  }

  private static Optional<SecretBox> box(SecretHandling secrets, Optional<Sha256> salt) {
    return secrets instanceof SecretHandling.Encrypted encrypted
        ? Optional.of(new SecretBox(encrypted.passphrase(), salt.orElseThrow()))
        : Optional.empty();
  }

  /// Its place in the data directory; the file's own name when it lies elsewhere.
  private static String databaseName(Order order) throws BackupException {
    Path database = order.database().toAbsolutePath().normalize();
    Path directory = order.dataDirectory().toAbsolutePath().normalize();
    String name =
        database.startsWith(directory)
            ? directory.relativize(database).toString().replace('\\', '/')
            : String.valueOf(database.getFileName());
    if (!Manifest.isName(name)) {
      throw new BackupException(
          Fault.IN_THE_WAY,
          "the database has a name that no archive can hold: " + name,
          "give it a name of letters, digits, dots and dashes");
    }
    return name;
  }

  private static void requireSpace(Path database, Path folder) throws BackupException, IOException {
    // The copy, and the archive that is made of it.
    long wanted = 2 * Files.size(database);
    if (Files.getFileStore(folder).getUsableSpace() < wanted) {
      throw new BackupException(
          Fault.NO_SPACE,
          "there is not enough room where the archive is to lie",
          "it takes up to " + (wanted >> 20) + " MiB, half of it for the time of the backup");
    }
  }

  static void makeFolders(Path folder, Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null && !parent.equals(folder) && !Files.isDirectory(parent)) {
      makeFolders(folder, parent);
      DurableFile.createPrivateDirectory(parent);
    }
  }

  private String mark() {
    return String.format(Locale.ROOT, "%08x", random.nextInt());
  }
}
