package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.backup.Backup;
import org.certctl.backup.BackupException;
import org.certctl.backup.SecretHandling;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.LocalCaSettings;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.SigningKey;
import org.certctl.keys.VerificationKey;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl backup`: a copy of the data directory, whether the server runs or not.
@Command(
    name = "backup",
    header = {"Copy the data directory into one file.", ""},
    description = {
      "Writes database, keys, certificates and settings of one instant into an archive (mode 0600),"
          + " checked as certctl restore checks it. May run while the server runs; nobody waits.",
      "Whoever has the archive and its passphrase, if it has one, has the CA. Without a passphrase"
          + " keep it as you keep the CA's key.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  certctl backup --to /backup/certctl-2026-11-22.zip --passphrase-file /root/backup-pass",
      "  certctl backup --to /backup/certctl.zip --without-keys"
    })
final class BackupCommand implements Callable<Integer> {

  private final CommandContext context;

  @Mixin private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      required = true,
      description = "The archive; must not exist, and not lie in the data directory.")
  private Path target = Path.of("");

  @ArgGroup private @Nullable Secrets secrets;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = {
        "PEM with a public key that may have sealed the audit trail, besides the present one. May"
            + " be repeated."
      })
  private final List<Path> keys = new ArrayList<>();

  /// What becomes of secret files, when it is not to be as it is.
  private static final class Secrets {

    @Option(
        names = "--passphrase-file",
        paramLabel = "FILE",
        description =
            "Encrypt keys and settings with the passphrase in the first line of this file.")
    private @Nullable Path passphraseFile;

    @Option(
        names = "--without-keys",
        description = "Leave out keys and settings, which hold challenges.")
    private boolean withoutKeys;

    SecretHandling handling() throws CommandFailedException, IOException {
      return passphraseFile == null || withoutKeys
          ? new SecretHandling.LeftOut()
          : new SecretHandling.Encrypted(PassphraseFile.read(passphraseFile));
    }
  }

  BackupCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call()
      throws ConfigurationException, CommandFailedException, IOException, KeyMaterialException {
    Configuration configuration = context.configuration(dataDirectory);
    Path database =
        switch (configuration.database()) {
          case DatabaseSettings.Sqlite sqlite -> sqlite.file();
          case DatabaseSettings.Postgres postgres ->
              throw new CommandFailedException(
                  postgres.config()
                      + " is backed up with PostgreSQL's own means, and the data directory by"
                      + " copying it: this command knows SQLite only");
        };
    if (!Files.exists(database)) {
      throw new CommandFailedException(
          "there is no " + database + " yet: the server makes it at its first start");
    }
    Backup.Order order =
        new Backup.Order(
            configuration.dataDirectory(),
            database,
            auditKeys(configuration),
            outside(configuration, database),
            secrets == null ? new SecretHandling.Plain() : secrets.handling(),
            target);
    Backup backup =
        new Backup(context.providers(), context.clock(), context.random(), context.version());
    try {
      Backup.Made made = backup.make(order, copied -> announce(database, order.secrets(), copied));
      print(made, order, configuration.encryption());
      return ExitCode.OK;
    } catch (BackupException e) {
      throw new CommandFailedException(
          e.fault().code() + ": " + e.reason() + "\nhint: " + e.hint(), e);
    } catch (StoreOpenException | StoreUnavailableException e) {
      throw new CommandFailedException("no backup was made: " + e.getMessage(), e);
    }
  }

  private List<SubjectPublicKeyInfo> auditKeys(Configuration configuration)
      throws KeyMaterialException {
    List<SubjectPublicKeyInfo> all = new ArrayList<>();
    all.add(
        SigningKey.read(configuration.audit().key(), Optional.empty(), context.providers())
            .publicKeyInfo());
    for (Path file : keys) {
      all.add(VerificationKey.read(file, context.providers()).publicKeyInfo());
    }
    return all;
  }

  /// What settings name elsewhere: it is not in the backup.
  private static List<String> outside(Configuration configuration, Path database) {
    Stream<Path> named =
        Stream.of(
                Stream.of(configuration.tls().certPath(), configuration.tls().keyPath()),
                configuration.audit().key().file().stream(),
                configuration.status().ocsp().suppliedKey().stream()
                    .flatMap(key -> key.file().stream()),
                configuration.localCa().stream().flatMap(BackupCommand::filesOf),
                configuration.scep().profiles().stream()
                    .flatMap(
                        profile ->
                            Stream.concat(
                                profile.ra().stream()
                                    .flatMap(ra -> withKey(ra.certPath(), ra.key())),
                                profile.clientCaBundle().stream())))
            .flatMap(each -> each);
    return named
        .filter(file -> !file.startsWith(configuration.dataDirectory()) && !file.equals(database))
        .map(Path::toString)
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<Path> filesOf(LocalCaSettings ca) {
    return switch (ca) {
      case LocalCaSettings.InFiles files -> withKey(files.certPath(), files.key());
      case LocalCaSettings.InDatabase _ -> Stream.empty();
    };
  }

  /// A certificate and its key, which is in no file when it is on a token.
  private static Stream<Path> withKey(Path certificate, KeyLocation key) {
    return Stream.concat(Stream.of(certificate), key.file().stream());
  }

  private void announce(Path database, SecretHandling secrets, Backup.Made made)
      throws StoreUnavailableException {
    Actor operator = context.operator();
    try (SqliteStore store = SqliteStore.openBeside(database, context.clock())) {
      store
          .auditLog()
          .append(
              new AuditEvent.BackupMade(
                  context.clock().instant(),
                  operator,
                  switch (secrets) {
                    case SecretHandling.Plain() -> "plain";
                    case SecretHandling.Encrypted _ -> "encrypted";
                    case SecretHandling.LeftOut() -> "left_out";
                  },
                  made.digest().hex(),
                  made.audit().head().hex()));
    } catch (StoreOpenException e) {
      throw new StoreUnavailableException(
          "the backup cannot be noted in the audit trail: " + e.getMessage(), e);
    }
  }

  private void print(Backup.Made made, Backup.Order order, KeyEncryption encryption) {
    PrintWriter out = context.out();
    out.println("Made " + order.target());
    out.println("  size        " + made.sizeBytes() + " octets, " + made.parts() + " files");
    out.println("  SHA-256     " + made.digest());
    out.println("  audit head  " + made.audit().head());
    made.leftOut().forEach(file -> out.println("  left out    " + file));
    order
        .outside()
        .forEach(file -> out.println("  not in it   " + file + " (outside the data directory)"));
    made.ignored().forEach(file -> out.println("  not in it   " + file + " (no file of certctl)"));
    out.println();
    out.println("Note SHA-256 and audit head in another place: they show that nobody changed it.");
    if (encryption.isOn()) {
      out.println(
          "Keys in it are encrypted under "
              + KeyEncryption.OPTION
              + ", which is not in it: keep that in another place, or they are lost.");
    }
    if (order.secrets() instanceof SecretHandling.Plain && !encryption.isOn()) {
      out.println("The CA's key is in it, readable: keep it as you keep that.");
    }
  }
}
