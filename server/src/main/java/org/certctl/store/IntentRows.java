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
    Intent intent = row.intent();
    PreparedStatement statement = statements.prepared(insert);
    statement.setString(1, intent.id().toString());
    statement.setString(2, intent.key().endpoint());
    statement.setBytes(3, intent.key().transactionId());
    statement.setBytes(4, intent.key().requestDigest().octets());
    statement.setBytes(5, intent.requesterKeyDigest().octets());
    statement.setBytes(6, intent.challengeMac().octets());
    statement.setString(7, intent.serialNumber().hex());
    statement.setBytes(8, intent.approvedRequest().octets());
    statement.setBytes(9, row.facts().octets());
    statement.setString(10, intent.facts().issuerId());
    statement.setString(11, intent.facts().profileId());
    statement.setString(12, intent.facts().device());
    statement.setString(13, intent.facts().transactionId());
    statement.setLong(14, intent.at().toEpochMilli());
    statement.setBytes(15, intent.predecessor().map(Sha256::octets).orElse(null));
    statement.setString(16, node.text());
    return statement.executeUpdate() == 1;
  }

  /// Takes back an intent that was written in the same transaction.
  void remove(Statements statements, Row row) throws SQLException {
    PreparedStatement statement = statements.prepared(remove);
    statement.setString(1, row.intent().id().toString());
    statement.executeUpdate();
  }
}
