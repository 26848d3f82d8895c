package org.certctl.store.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.certctl.enroll.CertificateNames;
import org.certctl.pki.IssuedCertificate;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/// Fills `certificate_name` for the certificates that were issued before there was such a table.
/// Reads the certificates one after the other; the transaction is one.
final class V10__CertificateNames extends BaseJavaMigration {

  private static final int BATCH = 1000;

  @Override
  public void migrate(Context context) throws SQLException {
    Connection connection = context.getConnection();
    try (var select =
            connection.prepareStatement(
                "SELECT position, der, device, transaction_text FROM certificate");
        var insert = connection.prepareStatement("INSERT INTO certificate_name VALUES (?, ?)");
        ResultSet row = select.executeQuery()) {
      int waiting = 0;
      while (row.next()) {
        for (String value :
            CertificateNames.keys(
                CertificateNames.keys(IssuedCertificate.ofDer(row.getBytes(2))),
                row.getString(3),
                row.getString(4))) {
          insert.setString(1, value);
          insert.setLong(2, row.getLong(1));
          insert.addBatch();
          waiting++;
        }
        if (waiting >= BATCH) {
          insert.executeBatch();
          waiting = 0;
        }
      }
      insert.executeBatch();
    }
  }
}
