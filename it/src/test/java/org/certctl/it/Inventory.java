package org.certctl.it;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// What the server has on disk, read with SQLite and not with the server.
///
/// Every question opens the file read-only and sees what is committed at that moment.
final class Inventory {

  private final String url;

  Inventory(DataDirectory data) {
    this.url = "jdbc:sqlite:file:" + data.database() + "?mode=ro";
  }

  /// An event of the audit trail.
  ///
  /// @param outcome `intended`, `issued`, `repeated`, `refused`, `released` or `rejected`
  /// @param reason the stable code, empty without one
  record Event(String action, String outcome, String reason) {}

  /// The serial numbers of the certificates for devices with this common name.
  List<BigInteger> certificatesFor(String commonName) {
    return serials(
        "SELECT serial FROM certificate WHERE device = ?1 OR subject LIKE '%CN=' || ?1 || '%'"
            + " ORDER BY position",
        commonName);
  }

  /// The serial numbers of the certificates of a transaction.
  List<BigInteger> certificatesOfTransaction(String transactionId) {
    return serials(
        "SELECT serial FROM certificate WHERE transaction_text = ?1 ORDER BY position",
        transactionId);
  }

  /// All serial numbers.
  List<BigInteger> certificates() {
    return serials("SELECT serial FROM certificate ORDER BY position");
  }

  /// The numbers of the requests with this common name that wait for a human, or waited.
  List<String> pending(String commonName) {
    return strings(
        "SELECT CAST(number AS TEXT) FROM pending_enrollment"
            + " WHERE instr(facts, CAST('CN=' || ?1 AS BLOB)) > 0 ORDER BY number",
        commonName);
  }

  /// How many enrollments are written down, in whatever state.
  long enrollments() {
    return number("SELECT count(*) FROM enrollment");
  }

  /// How many enrollments are neither issued nor released.
  long openEnrollments() {
    return number("SELECT count(*) FROM enrollment WHERE state = 'open'");
  }

  /// How many transactions have more than one certificate.
  long transactionsWithSeveralCertificates() {
    return number(
        "SELECT count(*) FROM"
            + " (SELECT 1 FROM certificate GROUP BY transaction_text HAVING count(*) > 1)");
  }

  /// The events of a transaction, oldest first.
  List<Event> events(String transactionId) {
    var events = new ArrayList<Event>();
    for (var row :
        strings(
            "SELECT action || ' ' || outcome || ' ' || reason FROM audit_event"
                + " WHERE transaction_id = ?1 ORDER BY sequence",
            transactionId)) {
      var parts = row.split(" ", -1);
      events.add(new Event(parts[0], parts[1], parts[2]));
    }
    return events;
  }

  /// How many enrollments with connector challenges ended so, by the audit trail.
  ///
  /// @param status `success` or the reason of the refusal
  long connectorEnrollments(String status) {
    return number(
        "SELECT count(*) FROM audit_event WHERE action = 'scep_pkcsreq_intune' AND"
            + " CASE outcome WHEN 'issued' THEN 'success' WHEN 'refused' THEN reason END = ?1",
        status);
  }

  /// How often a used challenge came again with another request.
  long breaches() {
    return number("SELECT count(*) FROM audit_event WHERE outcome = 'breach'");
  }

  /// Whether any row of any table holds this text.
  boolean mentions(String text) {
    for (var table : strings("SELECT name FROM sqlite_schema WHERE type = 'table'")) {
      for (var column : strings("SELECT name FROM pragma_table_info(?1)", table)) {
        var found =
            number(
                "SELECT count(*) FROM \"%s\" WHERE instr(CAST(\"%s\" AS BLOB), ?1) > 0"
                    .formatted(table, column),
                (Object) text.getBytes(StandardCharsets.UTF_8));
        if (found > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private List<BigInteger> serials(String sql, Object... arguments) {
    return strings(sql, arguments).stream().map(hex -> new BigInteger(hex, 16)).toList();
  }

  private List<String> strings(String sql, Object... arguments) {
    try (var connection = open();
        var statement = connection.prepareStatement(sql)) {
      for (var i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      var found = new ArrayList<String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new AssertionError("cannot read " + url, e);
    }
  }

  private long number(String sql, Object... arguments) {
    return Long.parseLong(strings(sql, arguments).getFirst());
  }

  private Connection open() throws SQLException {
    return DriverManager.getConnection(url);
  }
}
