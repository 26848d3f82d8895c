package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.certctl.issuer.CrlPartition;
import org.certctl.pki.IssuedCertificate;
import org.certctl.store.StatusSql.Partition;
import org.jooq.impl.DSL;

/// Notes which partitions certificates name, and until when.
final class PartitionRows {

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private final EnrollmentSql sql;

  PartitionRows(EnrollmentSql sql) {
    this.sql = sql;
  }

  /// What a certificate names.
  ///
  /// @param endMillis its end, rounded up to the next day, so that it seldom is a new one
  record Row(CrlPartition partition, long endMillis) {

    static Optional<Row> of(IssuedCertificate certificate) {
      return CrlPartition.namedBy(certificate)
          .map(partition -> new Row(partition, dayAfter(certificate.notAfter().toEpochMilli())));
    }

    private static long dayAfter(long millis) {
      return Math.multiplyExact(Math.floorDiv(millis, DAY_MILLIS) + 1, DAY_MILLIS);
    }
  }

  /// Fills the two parameters that say which partition a certificate is in, if the enrollment is
  /// the same issuer's.
  static void fill(Parameters parameters, Optional<Row> row) throws SQLException {
    parameters.text(row.map(each -> each.partition().issuerId()).orElse(""));
    if (row.isPresent()) {
      parameters.number(row.get().partition().number());
    } else {
      parameters.noNumber();
    }
  }

  /// Sees to it that the partition is known.
  void note(Statements statements, Row row) throws SQLException {
    CrlPartition partition = row.partition();
    PreparedStatement find = statements.prepared(sql.findPartition());
    find.setString(1, partition.issuerId());
    find.setLong(2, partition.number());
    find.setString(3, partition.location());
    find.setLong(4, row.endMillis());
    try (ResultSet known = find.executeQuery()) {
      if (known.next()) {
        return;
      }
    }
    statements
        .dsl()
        .insertInto(Partition.TABLE)
        .columns(Partition.ISSUER_ID, Partition.NUMBER, Partition.LOCATION, Partition.LAST_END)
        .values(
            partition.issuerId(), (long) partition.number(), partition.location(), row.endMillis())
        .onConflict(Partition.ISSUER_ID, Partition.NUMBER, Partition.LOCATION)
        .doUpdate()
        .set(Partition.LAST_END, DSL.greatest(Partition.LAST_END, DSL.val(row.endMillis())))
        .execute();
  }
}
