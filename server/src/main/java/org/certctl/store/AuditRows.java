package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.ByteString;
import org.certctl.store.Sql.Event;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// Appends audit events inside a unit of work.
final class AuditRows {

  private final String insert;

  AuditRows(SQLDialect dialect) {
    insert =
        Sql.text(
            DSL.insertInto(Event.TABLE)
                .columns(
                    Event.AT,
                    Event.CATEGORY,
                    Event.ACTION,
                    Event.ACTOR,
                    Event.ACTOR_TYPE,
                    Event.RESOURCE_TYPE,
                    Event.RESOURCE_ID,
                    Event.OUTCOME,
                    Event.REASON,
                    Event.ENDPOINT,
                    Event.TRANSACTION_ID,
                    Event.CANONICAL)
                .values(
                    DSL.param(Event.AT),
                    DSL.param(Event.CATEGORY),
                    DSL.param(Event.ACTION),
                    DSL.param(Event.ACTOR),
                    DSL.param(Event.ACTOR_TYPE),
                    DSL.param(Event.RESOURCE_TYPE),
                    DSL.param(Event.RESOURCE_ID),
                    DSL.param(Event.OUTCOME),
                    DSL.param(Event.REASON),
                    DSL.param(Event.ENDPOINT),
                    DSL.param(Event.TRANSACTION_ID),
                    DSL.param(Event.CANONICAL)),
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
    for (Row row : rows) {
      AuditEntry entry = row.entry();
      PreparedStatement statement = statements.prepared(insert);
      statement.setLong(1, entry.at().toEpochMilli());
      statement.setString(2, entry.category());
      statement.setString(3, entry.action());
      statement.setString(4, entry.actor());
      statement.setString(5, entry.actorType());
      statement.setString(6, entry.resourceType());
      statement.setString(7, entry.resourceId());
      statement.setString(8, entry.outcome());
      statement.setString(9, entry.reason());
      statement.setString(10, entry.endpoint());
      statement.setString(11, entry.transactionId());
      statement.setBytes(12, row.canonical().octets());
      statement.executeUpdate();
    }
  }
}
