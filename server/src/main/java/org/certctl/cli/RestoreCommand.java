package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.backup.BackupException;
import org.certctl.backup.Restore;
import org.certctl.config.Configuration;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.OwnKeyFiles;
import org.certctl.keys.VerificationKey;
import org.certctl.pki.Sha256;
import org.certctl.store.StoreOpenException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `certctl restore`: a data directory from a backup.
@Command(
    name = "restore",
    header = {"Make a data directory from a backup.", ""},
    description = {
      "Checks everything in the archive (octets, database, audit trail, keys), then installs it as a"
          + " data directory that does not exist yet or is empty. One-time challenges that were"
          + " unused are revoked: they may have been used since the backup.",
      "What happened after the backup is forgotten; docs/backup.md says what to do about it.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  certctl restore /backup/certctl-2026-11-22.zip --data-dir /var/lib/certctl"
          + " --passphrase-file /root/backup-pass"
    })
final class RestoreCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Parameters(paramLabel = "FILE", description = "The archive that certctl backup has made.")
  private Path archive = Path.of("");

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "The file with the passphrase of the backup in its first line.")
  private @Nullable Path passphraseFile;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "PEM with a public key that may have sealed the audit trail (audit.pub, kept elsewhere). May"
            + " be repeated.",
        "Default: the key that the archive itself names, which shows damage but no forgery."
      })
  private final List<Path> keys = new ArrayList<>();

  @Option(
      names = "--head",
      paramLabel = "HEX",
      description = "An audit head noted elsewhere, which must be in the trail. May be repeated.")
  private final List<String> heads = new ArrayList<>();

  @Option(
      names = "--keep-challenges",
      description = "Leave unused one-time challenges good: each may then be used a second time.")
  private boolean keepsChallenges;

  RestoreCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws CommandFailedException, IOException, KeyMaterialException {
    Path directory = dataDirectory.path().orElseGet(() -> context.environment().dataDirectory());
    List<SubjectPublicKeyInfo> auditKeys = new ArrayList<>();
    for (Path file : keys) {
      auditKeys.add(VerificationKey.read(file, context.providers()).publicKeyInfo());
    }
    Set<Sha256> noted = new HashSet<>();
    for (String head : heads) {
      noted.add(digest(head));
    }
    Restore.Order order =
        new Restore.Order(
            archive,
            directory,
            passphraseFile == null
                ? Optional.empty()
                : Optional.of(PassphraseFile.read(passphraseFile)),
            auditKeys,
            noted,
            keepsChallenges,
            context.operator());
    try {
      print(new Restore(context.providers(), context.clock(), context.random()).install(order));
      return ExitCode.OK;
    } catch (BackupException e) {
      throw new CommandFailedException(
          e.fault().code() + ": " + e.reason() + "\nhint: " + e.hint(), e);
    } catch (StoreOpenException | StoreUnavailableException e) {
      throw new CommandFailedException("nothing was restored: " + e.getMessage(), e);
    }
  }

  private static Sha256 digest(String hex) throws CommandFailedException {
    try {
      return Sha256.ofDigest(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage("--head must be 64 hexadecimal digits");
    }
  }

  private static boolean holdsEncryptedKeys(Path directory) throws IOException {
    return !new OwnKeyFiles(
            List.of(directory), directory.resolve(Configuration.CHALLENGE_MAC_KEY_NAME))
        .closed(KeyEncryption.none())
        .isEmpty();
  }

  private void print(Restore.Restored restored) throws IOException {
    PrintWriter out = context.out();
    out.println("Restored " + restored.directory());
    out.println("  backup of   " + restored.backupAt() + ", by certctl " + restored.version());
    out.println(
        "  audit       intact: %d events in %d blocks, head %s"
            .formatted(
                restored.audit().events(), restored.audit().blocks(), restored.audit().head()));
    out.println("  challenges  " + restored.revokedChallenges() + " unused ones revoked");
    restored.leftOut().forEach(file -> out.println("  put back    " + file));
    restored
        .outside()
        .forEach(file -> out.println("  put back    " + file + " (outside the data directory)"));
    if (holdsEncryptedKeys(restored.directory())) {
      out.println(
          "  needed      the "
              + KeyEncryption.OPTION
              + " of the time of the backup: keys are encrypted under it");
    }
    out.println();
    out.println(
        "What happened after "
            + restored.backupAt()
            + " is forgotten. Before you serve, read docs/backup.md: revoke again what was revoked"
            + " since, and change static challenges if the old machine is lost.");
  }
}
