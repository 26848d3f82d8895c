package org.certctl.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.backup.BackupException.Fault;
import org.certctl.challenge.onetime.ChallengeUse;
import org.certctl.challenge.onetime.KnownChallenge;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.DurableFile;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;
import org.certctl.setup.NewDirectory;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteCopy;
import org.certctl.store.sqlite.SqliteStore;

/// Installs an archive as a data directory, after everything in it has been checked.
public final class Restore {

  private static final int PAGE = 1000;

  private final CryptoProviders providers;
  private final Clock clock;
  private final SecureRandom random;

  /// Takes what checking and installing needs.
  public Restore(CryptoProviders providers, Clock clock, SecureRandom random) {
    this.providers = providers;
    this.clock = clock;
    this.random = random;
  }

  /// What is to be installed where.
  ///
  /// @param archive the archive
  /// @param directory the data directory; must not exist, or be empty
  /// @param passphrase that of the backup; absent when none was given
  /// @param auditKeys the keys to verify the audit trail with; when empty, the one that the archive
  ///   itself names
  /// @param notedHeads hashes of blocks that must be in the audit trail
  /// @param keepsChallenges whether one-time challenges that were unused stay good
  /// @param actor who restores
  public record Order(
      Path archive,
      Path directory,
      Optional<Secret> passphrase,
      List<SubjectPublicKeyInfo> auditKeys,
      Set<Sha256> notedHeads,
      boolean keepsChallenges,
      Actor actor) {

    /// Takes copies of list and set.
    public Order {
      auditKeys = List.copyOf(auditKeys);
      notedHeads = Set.copyOf(notedHeads);
    }
  }

  /// What was installed.
  ///
  /// @param directory the data directory
  /// @param backupAt when the backup was made
  /// @param version the version of certctl that made it
  /// @param audit the audit trail in it, before the restoration was added to it
  /// @param revokedChallenges how many one-time challenges were revoked
  /// @param leftOut the secret files that the backup lacks, to be put back by hand
  /// @param outside the files outside the data directory that the settings named
  public record Restored(
      Path directory,
      Instant backupAt,
      String version,
      AuditVerification.Intact audit,
      int revokedChallenges,
      List<String> leftOut,
      List<String> outside) {

    /// Takes copies of the lists.
    public Restored {
      leftOut = List.copyOf(leftOut);
      outside = List.copyOf(outside);
    }
  }

  /// Installs the archive. When this returns, the directory is complete and on disk; when it
  /// throws, nothing of it is there.
  ///
  /// @throws BackupException when the archive is not sound, or the directory not free
  /// @throws StoreOpenException when this program cannot use its database
  /// @throws StoreUnavailableException when that cannot be written
  public Restored install(Order order)
      throws BackupException, IOException, StoreOpenException, StoreUnavailableException {
    try (BackupArchive archive = BackupArchive.open(order.archive())) {
      Sha256 digest = BackupArchive.digest(order.archive());
      Optional<Restored> restored =
          NewDirectory.<Restored, Exception>create(
              order.directory(), random, draft -> build(archive, digest, order, draft));
      return restored.orElseThrow(
          () ->
              new BackupException(
                  Fault.IN_THE_WAY,
                  order.directory() + " is not empty; nothing was touched",
                  "stop its server if one runs there, move the directory away, and try again"));
    } catch (BackupException
        | IOException
        | StoreOpenException
        | StoreUnavailableException
        | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("nothing else is thrown", e);
    }
  }

  private Restored build(BackupArchive archive, Sha256 digest, Order order, Path draft)
      throws BackupException, IOException, StoreOpenException, StoreUnavailableException {
    Manifest manifest = archive.manifest();
    requireSpace(manifest, draft);
    extract(archive, order, draft);
    CopyCheck check = new CopyCheck(providers, clock);
    Path database = draft.resolve(manifest.database());
    CopyCheck.requireDatabase(database);
    check.requireKeysOfCertificates(draft);
    SqliteCopy.version(database);
    int revoked;
    AuditVerification.Intact audit;
    // Brings the database of an older program up to date.
    try (SqliteStore store = SqliteStore.open(database, clock, StoreObserver.none())) {
      audit = check.requireAudit(database, keys(manifest, order), heads(manifest, order));
      Instant now = clock.instant();
      store
          .auditLog()
          .append(
              new AuditEvent.DataRestored(now, order.actor(), manifest.createdAt(), digest.hex()));
      revoked =
          order.keepsChallenges() ? 0 : revokeUnused(store.oneTimeChallenges(), order.actor(), now);
    }
    SqliteCopy.settle(database);
    Files.deleteIfExists(database.resolveSibling(database.getFileName() + ".lock"));
    syncFolders(manifest, draft);
    return new Restored(
        order.directory(),
        manifest.createdAt(),
        manifest.version(),
        audit,
        revoked,
        manifest.leftOut(),
        manifest.outside());
  }

  private static List<SubjectPublicKeyInfo> keys(Manifest manifest, Order order) {
    return order.auditKeys().isEmpty() ? List.of(manifest.auditKey()) : order.auditKeys();
  }

  private static Set<Sha256> heads(Manifest manifest, Order order) {
    Set<Sha256> heads = new HashSet<>(order.notedHeads());
    heads.add(manifest.auditHead());
    return heads;
  }

  private static void requireSpace(Manifest manifest, Path draft)
      throws BackupException, IOException {
    if (Files.getFileStore(draft).getUsableSpace() < manifest.totalBytes()) {
      throw new BackupException(
          Fault.NO_SPACE,
          "there is not enough room for " + draft.getParent(),
          "the backup has " + (manifest.totalBytes() >> 20) + " MiB unpacked");
    }
  }

  private static void extract(BackupArchive archive, Order order, Path draft)
      throws BackupException, IOException {
    Manifest manifest = archive.manifest();
    Optional<SecretBox> box = Optional.empty();
    if (manifest.salt().isPresent()) {
      Secret passphrase =
          order
              .passphrase()
              .orElseThrow(
                  () ->
                      new BackupException(
                          Fault.PASSPHRASE_MISSING,
                          "the secret files in the archive are encrypted",
                          "name a file with the passphrase: --passphrase-file"));
      box = Optional.of(new SecretBox(passphrase, manifest.salt().get()));
    }
    for (Manifest.Part part : manifest.parts()) {
      Path file = draft.resolve(part.name());
      Backup.makeFolders(draft, file);
      DurableFile.writePrivate(file, new byte[0]);
      archive.extract(part, file);
      if (part.isEncrypted()) {
        byte[] opened =
            box.orElseThrow()
                .open(part.name(), Files.readAllBytes(file))
                .orElseThrow(
                    () ->
                        new BackupException(
                            Fault.PASSPHRASE_WRONG,
                            part.name() + " cannot be decrypted with this passphrase",
                            "name the passphrase of this backup; or the archive was altered"));
        DurableFile.writePrivate(file, opened);
      }
      if (part.isPublic()) {
        DurableFile.writePublic(file, Files.readAllBytes(file));
      }
    }
  }

  /// Challenges that may have been used since the backup was made.
  private static int revokeUnused(OneTimeChallengeStore store, Actor actor, Instant now)
      throws StoreUnavailableException {
    int revoked = 0;
    long before = Long.MAX_VALUE;
    List<KnownChallenge> page;
    do {
      page = store.page(Optional.empty(), before, PAGE);
      for (KnownChallenge known : page) {
        before = Math.min(before, known.position());
        if (known.use() instanceof ChallengeUse.None
            && now.isBefore(known.challenge().expiresAt())) {
          AuditEvent event =
              new AuditEvent.ChallengeRevoked(
                  now, actor.name(), known.challenge().id(), known.challenge().endpoint());
          if (store.revoke(known.challenge(), List.of(event))
              instanceof OneTimeChallengeStore.Revocation.Done) {
            revoked++;
          }
        }
      }
    } while (page.size() == PAGE);
    return revoked;
  }

  private static void syncFolders(Manifest manifest, Path draft) throws IOException {
    Set<Path> folders = new TreeSet<>();
    for (Manifest.Part part : manifest.parts()) {
      for (Path folder = draft.resolve(part.name()).getParent();
          folder != null && folder.startsWith(draft);
          folder = folder.getParent()) {
        folders.add(folder);
      }
    }
    for (Path folder : folders) {
      DurableFile.syncDirectory(folder);
    }
  }
}
