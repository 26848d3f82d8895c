package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.Intent;
import org.certctl.pki.Sha256;

/// Writes intents inside a unit of work.
final class IntentRows {

  private final String insert;

  IntentRows(EnrollmentSql sql) {
    insert = sql.insertEnrollment();
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

  void insert(Statements statements, Row row) throws SQLException {
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
    statement.executeUpdate();
  }
}
