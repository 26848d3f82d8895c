package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.Intent;
import org.certctl.pki.Sha256;

/// Writes intents inside a unit of work.
final class IntentRows {

  private final String insert;
  private final String remove;
  private final NodeId node;

  /// @param node who begins them
  IntentRows(EnrollmentSql sql, NodeId node) {
    insert = sql.insertEnrollment();
    remove = sql.removeEnrollment();
    this.node = node;
  }

  /// An intent made ready by the caller's thread.
  record Row(Intent intent, ByteString facts) {
    static Row of(Intent intent) {
      return new Row(intent, encoded(intent.facts()));
    }

    private static ByteString encoded(EnrollmentFacts facts) {
      return ByteString.of(FactsEncoding.encode(facts));
    }
  }

  /// Writes an intent. From then on, and until the transaction ends, whoever else writes one of the
  /// same key waits.
  ///
  /// @return false when one of the same key is open
  boolean insert(Statements statements, Row row) throws SQLException {
    Together together = statements.together();
    Together.Outcome<Integer> inserted = insert(together, row);
    together.send();
    return inserted.value() == 1;
  }

  /// The same beside other statements.
  ///
  /// @return 0 when one of the same key is open, else 1
  Together.Outcome<Integer> insert(Together together, Row row) {
    return together.change(insert, parameters -> fill(parameters, row));
  }

  private void fill(Parameters parameters, Row row) throws SQLException {
    Intent intent = row.intent();
    parameters
        .text(intent.id().toString())
        .text(intent.key().endpoint())
        .octets(intent.key().transactionId())
        .octets(intent.key().requestDigest().octets())
        .octets(intent.requesterKeyDigest().octets())
        .octets(intent.challengeMac().octets())
        .text(intent.serialNumber().hex())
        .octets(intent.approvedRequest().octets())
        .octets(row.facts().octets())
        .text(intent.facts().issuerId())
        .text(intent.facts().profileId())
        .text(intent.facts().device())
        .text(intent.facts().transactionId())
        .number(intent.at().toEpochMilli())
        .octets(intent.predecessor().map(Sha256::octets).orElse(null))
        .text(node.text());
  }

  /// Takes back an intent that was written in the same transaction.
  void remove(Statements statements, Row row) throws SQLException {
    PreparedStatement statement = statements.prepared(remove);
    statement.setString(1, row.intent().id().toString());
    statement.executeUpdate();
  }
}
