package org.certctl.store.postgres;

import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.certctl.store.Schema;
import org.certctl.store.StoreOpenException;

/// Says why a database cannot be used, in one line, and what the operator may look at.
final class PostgresHints {

  private static final Pattern STOP = Pattern.compile("[.]$");

  private PostgresHints() {}

  /// @param what could not be done, in words for the operator
  static StoreOpenException explained(String what, Throwable thrown, PostgresConfig config) {
    return new StoreOpenException(
        what
            + ": "
            + STOP.matcher(Schema.reason(thrown)).replaceAll("")
            + of(thrown, config).map(hint -> "; " + hint).orElse(""),
        thrown);
  }

  private static Optional<String> of(Throwable thrown, PostgresConfig config) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      Optional<String> hint = ofTls(cause, config.tls());
      if (hint.isPresent()) {
        return hint;
      }
      if (cause instanceof UnknownHostException) {
        return Optional.of("no address is known for this host of CERTCTL_DATABASE_URL");
      }
      if (cause instanceof SQLException sql) {
        hint = ofState(PostgresFailures.state(sql), config).or(() -> ofDriver(sql, config));
        if (hint.isPresent()) {
          return hint;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofTls(Throwable cause, PostgresConfig.Tls tls) {
    if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
      return Optional.of(
          "its certificate is not trusted by CERTCTL_DATABASE_TLS_CA_PATH (%s)"
              .formatted(
                  tls.caPath().map(Object::toString).orElse("not set: the CAs that Java trusts")));
    }
    String text = String.valueOf(cause.getMessage());
    if (text.contains("hostnameverifier")) {
      return Optional.of("its certificate is for another name than that in CERTCTL_DATABASE_URL");
    }
    if (text.contains("client certificate")) {
      return Optional.of(
          "see CERTCTL_DATABASE_TLS_CERT_PATH (%s)"
              .formatted(tls.certPath().map(Object::toString).orElse("not set")));
    }
    return Optional.empty();
  }

  /// By SQLSTATE (PostgreSQL, appendix A).
  private static Optional<String> ofState(String state, PostgresConfig config) {
    return switch (state) {
      case "28P01" -> Optional.of(password(config));
      case "28000" ->
          Optional.of(
              "see the user and sslmode in CERTCTL_DATABASE_URL, and pg_hba.conf of the server");
      case "3D000" -> Optional.of("make it first, owned by the user in CERTCTL_DATABASE_URL");
      case "42501" ->
          Optional.of(
              "the user in CERTCTL_DATABASE_URL must own the database, or may at least create tables in it");
      case "53300" ->
          Optional.of(
              "see max_connections of the server, limits of the user, and CERTCTL_DATABASE_MAX_CONNS (%d)"
                  .formatted(config.maxConnections()));
      case "55P03" ->
          Optional.of(
              "see CERTCTL_DATABASE_LOCK_TIMEOUT (%d s)"
                  .formatted(config.lockTimeout().toSeconds()));
      case "57014" ->
          Optional.of(
              "see CERTCTL_DATABASE_STATEMENT_TIMEOUT (%d s)"
                  .formatted(config.statementTimeout().toSeconds()));
      default -> Optional.empty();
    };
  }

  /// What the driver says of itself has no code that tells it apart.
  private static Optional<String> ofDriver(SQLException cause, PostgresConfig config) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("targetServerType")) {
      return Optional.of(
          "what answers takes no writes: it is a standby, or default_transaction_read_only is on");
    }
    if (text.contains("does not support SSL")) {
      return Optional.of("see sslmode in CERTCTL_DATABASE_URL");
    }
    return text.contains("no password was provided")
        ? Optional.of(password(config))
        : Optional.empty();
  }

  private static String password(PostgresConfig config) {
    return "see CERTCTL_DATABASE_PASSWORD_FILE (%s)"
        .formatted(config.password().isPresent() ? "a password is set" : "not set");
  }
}
