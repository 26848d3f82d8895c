package org.certctl.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.certctl.secret.Secret;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresConfig.Server;
import org.certctl.store.postgres.PostgresConfig.TlsMode;

/// The URL of a database, taken apart.
sealed interface DatabaseUrl {

  /// What an option for it says may stand there.
  String DESCRIPTION =
      "`sqlite:<path>`, the path relative to the data directory or absolute, or"
          + " `postgres://user@host:port/database?sslmode=verify-full`";

  /// Underscores stand in names of containers, a percent sign before the zone of an IPv6 address.
  Pattern HOST = Pattern.compile("[\\p{L}\\p{Nd}._-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._-]+)?");

  /// A file.
  record Sqlite(Path file) implements DatabaseUrl {

    @Override
    public String toString() {
      return "sqlite:" + file;
    }
  }

  /// A database on one server, or on several of which one takes writes.
  ///
  /// @param password absent when the URL has none
  /// @param tls absent when the URL does not say
  record Postgres(
      List<Server> servers,
      String database,
      String user,
      Optional<Secret> password,
      Optional<TlsMode> tls)
      implements DatabaseUrl {

    /// How it is protected: to the full, unless the URL says otherwise or nothing leaves this
    /// machine.
    TlsMode mode() {
      boolean local = servers.stream().allMatch(Server::isLocal);
      return tls.orElse(local ? TlsMode.DISABLE : TlsMode.VERIFY_FULL);
    }

    /// Without the password.
    @Override
    public String toString() {
      return "postgres://%s@%s/%s%s"
          .formatted(
              user,
              String.join(",", servers.stream().map(Server::toString).toList()),
              database,
              tls.map(mode -> "?sslmode=" + mode.wireValue()).orElse(""));
    }
  }

  /// The file `certctl.db` in the data directory.
  static DatabaseUrl defaults() {
    return new Sqlite(Path.of("certctl.db"));
  }

  /// Reads one.
  static DatabaseUrl read(String text) throws InvalidValueException {
    for (String scheme : List.of("postgres://", "postgresql://")) {
      if (text.startsWith(scheme)) {
        return postgres(text.substring(scheme.length()));
      }
    }
    if (!text.startsWith("sqlite:")) {
      throw new InvalidValueException(
          "it begins neither with sqlite: nor with postgres://",
          "write sqlite:certctl.db or postgres://user@host/database");
    }
    return sqlite(text.substring("sqlite:".length()));
  }

  private static DatabaseUrl sqlite(String rest) throws InvalidValueException {
    String path = rest.startsWith("//") ? rest.substring(2) : rest;
    if (path.isEmpty() || (rest.startsWith("//") && !path.startsWith("/"))) {
      throw new InvalidValueException(
          "there is no path in it", "write sqlite:certctl.db or sqlite:///var/lib/x.db");
    }
    if (path.contains("?") || path.contains("#")) {
      throw new InvalidValueException(
          "parameters in it are not supported", "leave out everything from ? or # on");
    }
    try {
      return new Sqlite(Path.of(path));
    } catch (InvalidPathException e) {
      throw new InvalidValueException("there is no path in it", "write sqlite:certctl.db");
    }
  }

  private static DatabaseUrl postgres(String rest) throws InvalidValueException {
    int at = rest.lastIndexOf('@');
    if (at < 0) {
      throw new InvalidValueException(
          "there is no user in it", "write postgres://user@host/database");
    }
    String[] login = rest.substring(0, at).split(":", 2);
    String[] place = rest.substring(at + 1).split("\\?", 2);
    String[] target = place[0].split("/", -1);
    if (target.length != 2 || target[1].isEmpty() || login[0].isEmpty()) {
      throw new InvalidValueException(
          "user, host or database is missing, or a special character in the password is not"
              + " percent-encoded",
          "write postgres://user@host/database, and the password into CERTCTL_DATABASE_PASSWORD_FILE");
    }
    List<Server> servers = new ArrayList<>();
    for (String server : target[0].split(",", -1)) {
      servers.add(server(server));
    }
    Optional<Secret> password =
        login.length == 2 && !login[1].isEmpty()
            ? Optional.of(Secret.of(decoded(login[1])))
            : Optional.empty();
    return new Postgres(
        List.copyOf(servers),
        decoded(target[1]),
        decoded(login[0]),
        password,
        place.length == 2 ? tls(place[1]) : Optional.empty());
  }

  private static Server server(String text) throws InvalidValueException {
    int bracket = text.indexOf(']');
    int colon = text.indexOf(':', Math.max(0, bracket));
    String host = colon < 0 ? text : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    if (!host.isEmpty() && !HOST.matcher(host).matches()) {
      throw new InvalidValueException(
          "its host is neither a name nor an address; sockets that are files cannot be used",
          "write postgres://user@host:5432/database");
    }
    int port = PostgresConfig.DEFAULT_PORT;
    if (colon >= 0) {
      String digits = text.substring(colon + 1);
      port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
    }
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new InvalidValueException(
          "it has no host, or its port is no number from 1 to 65535",
          "write postgres://user@host:5432/database");
    }
    return new Server(host, port);
  }

  private static Optional<TlsMode> tls(String query) throws InvalidValueException {
    Optional<TlsMode> mode = Optional.empty();
    for (String parameter : query.split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      if (!pair[0].equals("sslmode") || pair.length != 2) {
        throw new InvalidValueException(
            "of parameters, only sslmode may stand in it",
            "there are options for the rest: CERTCTL_DATABASE_PASSWORD,"
                + " CERTCTL_DATABASE_TLS_CA_PATH, CERTCTL_DATABASE_CONNECT_TIMEOUT and others");
      }
      mode = Stream.of(TlsMode.values()).filter(one -> one.wireValue().equals(pair[1])).findFirst();
      if (mode.isEmpty()) {
        throw new InvalidValueException(
            "its sslmode is not known here",
            "one of "
                + Stream.of(TlsMode.values())
                    .map(TlsMode::wireValue)
                    .collect(Collectors.joining(", ")));
      }
    }
    return mode;
  }

  private static String decoded(String text) throws InvalidValueException {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(
          "a % in it is followed by no two hexadecimal digits", "write %25 for a percent sign");
    }
  }
}
