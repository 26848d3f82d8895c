package org.certctl.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.backup.BackupException.Fault;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.Sha256;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteCopy;
import org.certctl.store.sqlite.SqliteReader;

/// Says whether a copy of a data directory, which nobody uses yet, is sound.
final class CopyCheck {

  private static final String CERTIFICATE = ".crt";
  private static final String KEY = ".key";
  private static final String BOTH = ".pem";

  private final CryptoProviders providers;
  private final Clock clock;

  CopyCheck(CryptoProviders providers, Clock clock) {
    this.providers = providers;
    this.clock = clock;
  }

  /// That the database is undamaged.
  static void requireDatabase(Path database) throws BackupException {
    Optional<String> damage = SqliteCopy.damage(database);
    if (damage.isPresent()) {
      throw new BackupException(
          Fault.DATABASE_DAMAGED,
          database.getFileName() + " is damaged: " + damage.get(),
          "take another backup");
    }
  }

  /// That the audit trail in a database of this program's version is what was sealed.
  ///
  /// @param noted hashes of blocks that must be in it
  AuditVerification.Intact requireAudit(
      Path database, List<SubjectPublicKeyInfo> keys, Set<Sha256> noted)
      throws BackupException, StoreUnavailableException {
    try (SqliteReader reader = SqliteReader.open(database, clock)) {
      return switch (new AuditVerifier(reader.auditStore(), keys).verify(new HashSet<>(noted))) {
        case AuditVerification.Intact intact -> intact;
        case AuditVerification.Broken broken ->
            throw new BackupException(
                Fault.AUDIT_BROKEN,
                "the audit trail is broken: "
                    + broken.problem().code()
                    + ": "
                    + broken.explanation(),
                "take another backup; if an earlier key sealed a part of it, name all with --key");
      };
    } catch (IllegalArgumentException e) {
      throw new BackupException(
          Fault.AUDIT_BROKEN,
          "the key to verify the audit trail with is no EC key",
          "name the public half of the audit key with --key",
          e);
    } catch (StoreOpenException e) {
      throw new BackupException(
          Fault.DATABASE_DAMAGED, String.valueOf(e.getMessage()), "take another backup", e);
    }
  }

  /// That every key that can be read belongs to the certificate beside it: `NAME.key` to
  /// `NAME.crt`, and both in one `NAME.pem`.
  void requireKeysOfCertificates(Path folder) throws BackupException, IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        String path = file.toString();
        if (path.endsWith(CERTIFICATE)) {
          Path key = Path.of(path.substring(0, path.length() - CERTIFICATE.length()) + KEY);
          if (Files.exists(key)) {
            requirePair(folder, file, key);
          }
        } else if (path.endsWith(BOTH) && holdsBoth(file)) {
          requirePair(folder, file, file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean holdsBoth(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.contains("PRIVATE KEY-----") && text.contains("BEGIN CERTIFICATE-----");
  }

  private void requirePair(Path folder, Path certificate, Path key) throws BackupException {
    try {
      KeyPairFiles.read(certificate, key, providers);
    } catch (KeyMaterialException e) {
      switch (e.fault()) {
        case MISMATCH, MALFORMED ->
            throw new BackupException(
                Fault.KEY_MISMATCH,
                "%s does not belong to %s, or cannot be read"
                    .formatted(folder.relativize(key), folder.relativize(certificate)),
                "if they were being replaced just now, make a new backup",
                e);
        default -> {
          // Encrypted, or of a kind that is not read here: the server says so when it starts.
        }
      }
    }
  }
}
