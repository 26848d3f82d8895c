package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.secret.Secret;

/// The options of the database, a part of the catalogue.
final class DatabaseOptions {

  static final Option<DatabaseUrl> URL =
      new Option<>(
          "CERTCTL_DATABASE_URL",
          Section.DATABASE,
          ValueType.of(DatabaseUrl.DESCRIPTION, DatabaseUrl::read, DatabaseUrl::toString),
          Optional.of(DatabaseUrl.defaults()),
          "Where the database is: a file of its own, or PostgreSQL 15 or later, which several nodes"
              + " may share (docs/scaling.md). `sslmode` is `disable`, `require`, `verify-ca` or"
              + " `verify-full`; when it is left out, `verify-full`, or `disable` if the host is this"
              + " machine. Of several hosts, `host1:5432,host2:5432`, the one that takes writes is"
              + " used.",
          "postgres://certctl@db.example.com/certctl");

  static final Option<Secret> PASSWORD =
      new Option<>(
          "CERTCTL_DATABASE_PASSWORD",
          Section.DATABASE,
          ValueTypes.foreignSecret(),
          Optional.empty(),
          "The password for PostgreSQL, if it does not stand in the URL.",
          "(secret)");

  static final Option<Integer> MAX_CONNS =
      new Option<>(
          "CERTCTL_DATABASE_MAX_CONNS",
          Section.DATABASE,
          ValueTypes.integer(2, 1000),
          Optional.of(20),
          "How many connections to PostgreSQL this node holds at most. All nodes together need fewer"
              + " than the server's `max_connections`.",
          "50");

  static final Option<String> NODE_NAME =
      new Option<>(
          "CERTCTL_NODE_NAME",
          Section.DATABASE,
          ValueTypes.host(),
          Optional.empty(),
          "What this node is called in `certctl cluster status`, when several share a PostgreSQL; the"
              + " name of the machine when empty.",
          "scep-1");

  static final Option<Path> TLS_CA_PATH =
      new Option<>(
          "CERTCTL_DATABASE_TLS_CA_PATH",
          Section.DATABASE,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the CAs that may have issued the certificate of PostgreSQL; those that Java trusts"
              + " when empty.",
          "db-ca.crt");

  static final Option<Path> TLS_CERT_PATH =
      new Option<>(
          "CERTCTL_DATABASE_TLS_CERT_PATH",
          Section.DATABASE,
          ValueTypes.path(),
          Optional.empty(),
          "PEM: the certificate that this node shows to PostgreSQL; none when empty.",
          "db-client.crt");

  static final Option<Path> TLS_KEY_PATH =
      new Option<>(
          "CERTCTL_DATABASE_TLS_KEY_PATH",
          Section.DATABASE,
          ValueTypes.path(),
          Optional.empty(),
          "PEM, PKCS#8: the private key of that certificate, mode 0600.",
          "db-client.key");

  static final Option<Duration> CONNECT_TIMEOUT =
      new Option<>(
          "CERTCTL_DATABASE_CONNECT_TIMEOUT",
          Section.DATABASE,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofMinutes(1)),
          Optional.of(Duration.ofSeconds(5)),
          "How long connecting to PostgreSQL may take, and how long a request waits for a connection"
              + " before it is answered with 503.",
          "10s");

  static final Option<Duration> STATEMENT_TIMEOUT =
      new Option<>(
          "CERTCTL_DATABASE_STATEMENT_TIMEOUT",
          Section.DATABASE,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Optional.of(Duration.ofSeconds(30)),
          "How long PostgreSQL may work on one statement.",
          "1m");

  static final Option<Duration> LOCK_TIMEOUT =
      new Option<>(
          "CERTCTL_DATABASE_LOCK_TIMEOUT",
          Section.DATABASE,
          ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
          Optional.of(Duration.ofSeconds(10)),
          "How long a statement waits for what another transaction holds.",
          "5s");

  /// All of them, in the order of the reference.
  static final List<Option<?>> ALL =
      List.of(
          URL,
          PASSWORD,
          MAX_CONNS,
          NODE_NAME,
          TLS_CA_PATH,
          TLS_CERT_PATH,
          TLS_KEY_PATH,
          CONNECT_TIMEOUT,
          STATEMENT_TIMEOUT,
          LOCK_TIMEOUT);

  private DatabaseOptions() {}
}
