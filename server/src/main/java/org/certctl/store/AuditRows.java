package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.ByteString;
import org.certctl.store.Sql.Event;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Appends audit events inside a unit of work: to the trail, or on an engine with many writers to
/// the inbox, where none waits for another.
final class AuditRows {

  /// All but the sequence number, which the database gives.
  static final List<Field<?>> WRITTEN = Event.ALL.subList(1, Event.ALL.size());

  private final String insert;

  AuditRows(SQLDialect dialect) {
    Table<?> table = Sql.hasManyWriters(dialect) ? Event.INBOX : Event.TABLE;
    insert =
        Sql.text(
            DSL.insertInto(table)
                .columns(WRITTEN)
                .values(WRITTEN.stream().map(DSL::param).toList()),
            dialect);
  }

  /// An event made ready by the caller's thread, so that the writer has only to bind it.
  record Row(AuditEntry entry, ByteString canonical) {}

  static List<Row> prepare(List<AuditEvent> events) {
    return events.stream()
        .map(AuditEntry::of)
        .map(entry -> new Row(entry, ByteString.of(AuditEncoding.encode(entry))))
        .toList();
  }

  void insert(Statements statements, List<Row> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement statement = statements.prepared(insert);
    for (Row row : rows) {
      fill(new Parameters(statement), row);
      statement.addBatch();
    }
    statement.executeBatch();
  }

  /// The same beside other statements.
  void insert(Together together, List<Row> rows) {
    rows.forEach(row -> together.change(insert, parameters -> fill(parameters, row)));
  }

  private static void fill(Parameters parameters, Row row) throws SQLException {
    AuditEntry entry = row.entry();
    parameters
        .number(entry.at().toEpochMilli())
        .text(entry.category())
        .text(entry.action())
        .text(entry.actor())
        .text(entry.actorType())
        .text(entry.resourceType())
        .text(entry.resourceId())
        .text(entry.outcome())
        .text(entry.reason())
        .text(entry.endpoint())
        .text(entry.transactionId())
        .octets(row.canonical().octets());
  }
}
