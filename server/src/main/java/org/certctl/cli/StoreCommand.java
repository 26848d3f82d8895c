package org.certctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.ConfigurationResult;
import org.certctl.config.DatabaseSettings;
import org.certctl.config.EffectiveValue;
import org.certctl.config.Environment;
import org.certctl.issuer.local.FolderKeys;
import org.certctl.issuer.local.KeyFolders;
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SealedKeys.SealedKey;
import org.certctl.keys.KeyMaterialException;
import org.certctl.store.StoreOpenException;
import org.certctl.store.copy.StoreCopy;
import org.certctl.store.postgres.PostgresConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `certctl store`: the database as a whole.
@Command(name = "store", description = "Move the database to another engine.")
final class StoreCommand {

  private final CommandContext context;

  StoreCommand(CommandContext context) {
    this.context = context;
  }

  /// `certctl store copy`: from SQLite to PostgreSQL.
  @Command(
      name = "copy",
      description = {
        "Copy all records of the SQLite file of a data directory into an empty PostgreSQL database."
            + " Stop the server first. The file stays as it is.",
        "Afterwards each table is read back and compared; only when all are the same do the records"
            + " stay. A copy that was broken off is begun anew by the same command; until it is"
            + " done, no server starts on that database.",
        "The keys of RAs and OCSP responders that the server has made in files come too, sealed under"
            + " CERTCTL_CONFIG_ENCRYPTION_KEY; without one they stay where they are, and nodes make new ones.",
        "Password, client certificate and timeouts are those of CERTCTL_DATABASE_PASSWORD_FILE and"
            + " the other CERTCTL_DATABASE options.",
        ""
      },
      footer = {
        "",
        "Example:",
        "  certctl store copy --data-dir /var/lib/certctl --to postgres://certctl@db.example.com/certctl"
      })
  int copy(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(
              names = "--to",
              paramLabel = "URL",
              required = true,
              description = "The database, as in CERTCTL_DATABASE_URL.")
          String url)
      throws ConfigurationException,
          CommandFailedException,
          StoreUnavailableException,
          IOException {
    Configuration configuration = context.configuration(dataDirectory);
    Path file = source(configuration);
    Target target = target(dataDirectory, url);
    List<SealedKey> keys = configuration.encryption().isOn() ? keys(configuration) : List.of();
    List<StoreCopy.Table> tables;
    try {
      tables = StoreCopy.copy(file, keys, target.config());
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = context.out();
    TextTable table = new TextTable("TABLE", "ROWS", "SHA-256 ON BOTH SIDES");
    tables.forEach(
        one -> table.add(one.name(), Long.toString(one.rows()), one.digest().toString()));
    table.print(out);
    out.println();
    out.println("Copied " + file + " to " + target.config());
    if (!keys.isEmpty()) {
      out.println(
          "Sealed in it: "
              + keys.size()
              + " RA and OCSP keys, whose files are not used from now on");
    }
    out.println("Now set, in certctl.env or the environment, and start the server:");
    out.println("  " + Environment.DATABASE_URL + "=" + target.url());
    out.println(
        "Do not start a server on " + file + " again: what it issued, others would not know.");
    return ExitCode.OK;
  }

  /// Those that the server has made for itself, sealed.
  private List<SealedKey> keys(Configuration configuration)
      throws CommandFailedException, IOException {
    KeySealing sealing = new KeySealing(configuration.encryption(), context.random());
    List<SealedKey> keys = new ArrayList<>();
    try {
      keys.addAll(
          FolderKeys.sealed("ra", folders(configuration, configuration.raFolder()), sealing));
      keys.addAll(
          FolderKeys.sealed("ocsp", folders(configuration, configuration.ocspFolder()), sealing));
    } catch (KeyMaterialException e) {
      throw new CommandFailedException(
          "nothing was copied: " + e.reason() + "\nhint: " + e.hint(), e);
    }
    return keys;
  }

  private KeyFolders folders(Configuration configuration, Path folder) {
    return new KeyFolders(
        folder, context.providers(), configuration.encryption(), context.random());
  }

  private static Path source(Configuration configuration) throws CommandFailedException {
    return switch (configuration.database()) {
      case DatabaseSettings.Sqlite(Path file) -> {
        if (!Files.exists(file)) {
          throw new CommandFailedException(
              "there is no " + file + " yet: the server makes it at its first start");
        }
        yield file;
      }
      case DatabaseSettings.Postgres postgres ->
          throw new CommandFailedException(
              "the configuration names %s already\nset %s back to the SQLite file that is to be copied"
                  .formatted(postgres.config(), Environment.DATABASE_URL));
    };
  }

  private record Target(PostgresConfig config, String url) {}

  private Target target(DataDirectoryOption dataDirectory, String url)
      throws ConfigurationException, CommandFailedException {
    ConfigurationResult result =
        context
            .configurationLoader()
            .readOptions(
                context.environment().with(Environment.DATABASE_URL, url), dataDirectory.path());
    Configuration configuration = result.orThrow();
    if (!(configuration.database() instanceof DatabaseSettings.Postgres postgres)) {
      throw CommandFailedException.usage("--to must name a PostgreSQL database: postgres://…");
    }
    String shown =
        ((ConfigurationResult.Usable) result)
            .values().stream()
                .filter(value -> value.key().equals(Environment.DATABASE_URL))
                .map(EffectiveValue::display)
                .findFirst()
                .orElse(postgres.config().toString());
    return new Target(postgres.config(), shown);
  }
}
