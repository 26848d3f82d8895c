package org.certctl.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.certctl.secret.Secret;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresConfig.Server;
import org.certctl.store.postgres.PostgresConfig.Tls;
import org.certctl.store.postgres.PostgresConfig.TlsMode;

/// Reads what is said about the database.
final class DatabaseReader {

  private final OptionReader reader;
  private final Problems problems;

  private DatabaseReader(OptionReader reader, Problems problems) {
    this.reader = reader;
    this.problems = problems;
  }

  static DatabaseSettings read(Path directory, OptionReader reader, Problems problems) {
    DatabaseReader database = new DatabaseReader(reader, problems);
    return switch (reader.value(DatabaseOptions.URL)) {
      case DatabaseUrl.Sqlite(Path file) ->
          new DatabaseSettings.Sqlite(directory.resolve(file).normalize());
      case DatabaseUrl.Postgres url ->
          new DatabaseSettings.Postgres(
              database.postgres(url),
              reader.optional(DatabaseOptions.NODE_NAME, DatabaseOptions.NODE_NAME.name()));
    };
  }

  private PostgresConfig postgres(DatabaseUrl.Postgres url) {
    return new PostgresConfig(
        url.servers(),
        url.database(),
        url.user(),
        password(url),
        tls(url),
        reader.value(DatabaseOptions.MAX_CONNS),
        reader.value(DatabaseOptions.CONNECT_TIMEOUT),
        reader.value(DatabaseOptions.STATEMENT_TIMEOUT),
        reader.value(DatabaseOptions.LOCK_TIMEOUT));
  }

  private Optional<Secret> password(DatabaseUrl.Postgres url) {
    String key = DatabaseOptions.PASSWORD.name();
    Optional<Secret> apart = reader.optional(DatabaseOptions.PASSWORD, key);
    if (apart.isPresent() && url.password().isPresent()) {
      problems.error(
          key, "there is a password in CERTCTL_DATABASE_URL too", "set only one of the two");
    }
    return apart.or(url::password);
  }

  private Tls tls(DatabaseUrl.Postgres url) {
    TlsMode mode = url.mode();
    boolean isRemote = !url.servers().stream().allMatch(Server::isLocal);
    if (isRemote && mode == TlsMode.DISABLE) {
      problems.warning(
          DatabaseOptions.URL.name(),
          url.toString(),
          "whoever is on the way to the database can read and change everything",
          "use sslmode=verify-full");
    } else if (isRemote && mode == TlsMode.REQUIRE) {
      problems.warning(
          DatabaseOptions.URL.name(),
          url.toString(),
          "whoever is on the way can take the place of the database",
          "use sslmode=verify-full");
    }
    Optional<Path> ca = file(DatabaseOptions.TLS_CA_PATH);
    Optional<Path> certificate = file(DatabaseOptions.TLS_CERT_PATH);
    Optional<Path> privateKey = file(DatabaseOptions.TLS_KEY_PATH);
    if (certificate.isPresent() != privateKey.isPresent()) {
      problems.error(
          (certificate.isPresent() ? DatabaseOptions.TLS_KEY_PATH : DatabaseOptions.TLS_CERT_PATH)
              .name(),
          "it is not set, but the other half of certificate and key is",
          "set both, or neither");
    } else if (certificate.isPresent() && ca.isEmpty()) {
      problems.error(
          DatabaseOptions.TLS_CA_PATH.name(),
          "it is not set, but a client certificate is",
          "name the CA of the database");
    }
    return new Tls(mode, ca, certificate, privateKey);
  }

  private Optional<Path> file(Option<Path> option) {
    Optional<Path> path = reader.optionalPath(option, option.name());
    path.filter(file -> !Files.isReadable(file))
        .ifPresent(
            file ->
                problems.error(
                    option.name(),
                    file.toString(),
                    "there is no such file, or it cannot be read",
                    "check the path, and that certctl may read it"));
    return path;
  }
}
