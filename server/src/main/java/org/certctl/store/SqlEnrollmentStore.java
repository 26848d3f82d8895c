package org.certctl.store;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.CertificateNames;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.enroll.IntentId;
import org.certctl.enroll.KnownEnrollment;
import org.certctl.enroll.Replacement;
import org.certctl.enroll.TransactionKey;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.store.Sql.Enrollment;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// Enrollments in SQL. Times are kept in whole milliseconds.
///
/// A claim whose end has come by the time of the intent is free again.
public final class SqlEnrollmentStore implements EnrollmentStore {

  private static final int MAX_TRIES = 10;
  private static final Condition IS_OPEN = Enrollment.STATE.eq(DSL.inline(EnrollmentSql.OPEN));

  /// More than any enrollment has.
  private static final int MAX_CLAIMS_TOGETHER = 8;

  private final Transactions transactions;
  private final boolean sendsTogether;
  private final NodeId node;
  private final Clock clock;
  private final EnrollmentSql sql;
  private final IntentRows intents;
  private final ClaimRows claims;
  private final PendingRows pending;
  private final PartitionRows partitions;
  private final AuditRows auditRows;

  /// Keeps enrollments behind these transactions.
  ///
  /// @param node whose intents these are
  public SqlEnrollmentStore(
      Transactions transactions, SQLDialect dialect, NodeId node, Clock clock) {
    this.transactions = transactions;
    this.sendsTogether = Sql.hasManyWriters(dialect);
    this.node = node;
    this.clock = clock;
    this.sql = EnrollmentSql.of(dialect);
    this.intents = new IntentRows(sql, node);
    this.claims = new ClaimRows(dialect);
    this.pending = new PendingRows(claims);
    this.partitions = new PartitionRows(sql);
    this.auditRows = new AuditRows(dialect);
  }

  @Override
  public Optional<KnownEnrollment> find(TransactionKey key) throws StoreUnavailableException {
    return transactions.read(statements -> find(statements, key));
  }

  private Optional<KnownEnrollment> find(Statements statements, TransactionKey key)
      throws SQLException {
    PreparedStatement statement = statements.prepared(sql.find());
    statement.setBytes(1, key.requestDigest().octets());
    statement.setString(2, key.endpoint());
    statement.setBytes(3, key.transactionId());
    return known(statement);
  }

  private Together.Outcome<Optional<KnownEnrollment>> findOther(Together together, Intent intent) {
    return together.find(
        sql.findOther(),
        parameters ->
            parameters
                .octets(intent.key().requestDigest().octets())
                .text(intent.key().endpoint())
                .octets(intent.key().transactionId())
                .text(intent.id().toString()),
        SqlEnrollmentStore::known);
  }

  @Override
  public Optional<KnownEnrollment> newestFor(String endpoint, Sha256 requestDigest)
      throws StoreUnavailableException {
    return transactions.read(
        statements -> {
          PreparedStatement statement = statements.prepared(sql.findByRequest());
          statement.setBytes(1, requestDigest.octets());
          statement.setString(2, endpoint);
          return known(statement);
        });
  }

  private static Optional<KnownEnrollment> known(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return known(row);
    }
  }

  private static Optional<KnownEnrollment> known(ResultSet row) throws SQLException {
    if (!row.next()) {
      return Optional.empty();
    }
    Sha256 requesterKeyDigest = Sha256.ofDigest(row.getBytes(3));
    Sha256 challengeMac = Sha256.ofDigest(row.getBytes(4));
    Instant at = Instant.ofEpochMilli(row.getLong(5));
    if (EnrollmentSql.OPEN.equals(row.getString(2))) {
      return Optional.of(
          new KnownEnrollment.Open(
              IntentId.of(row.getString(1)), requesterKeyDigest, challengeMac, at));
    }
    return Optional.of(
        new KnownEnrollment.Issued(
            requesterKeyDigest,
            challengeMac,
            at,
            IssuedCertificate.ofDer(row.getBytes(6)),
            row.getString(7) != null && !Revoked.RELEASED.equals(row.getString(7))));
  }

  @Override
  public Optional<TransactionKey> newestOf(
      String endpoint, ByteString transactionId, Sha256 requesterKeyDigest)
      throws StoreUnavailableException {
    return transactions.read(
        statements -> {
          PreparedStatement statement = statements.prepared(sql.findByRequester());
          statement.setBytes(1, requesterKeyDigest.octets());
          statement.setBytes(2, transactionId.octets());
          statement.setString(3, endpoint);
          try (ResultSet row = statement.executeQuery()) {
            return row.next()
                ? Optional.of(
                    new TransactionKey(
                        endpoint, transactionId.octets(), Sha256.ofDigest(row.getBytes(1))))
                : Optional.empty();
          }
        });
  }

  @Override
  public IntendResult intend(
      Intent intent, boolean supersedes, Optional<Replacement> replaced, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    IntentRows.Row row = IntentRows.Row.of(intent);
    Optional<PendingRows.Replaced> old = PendingRows.Replaced.of(replaced);
    boolean may = sendsTogether && old.isEmpty() && intent.claims().size() <= MAX_CLAIMS_TOGETHER;
    if (may && intendAtOnce(row, rows)) {
      return new IntendResult.Intended();
    }
    try {
      return transactions.write(
          statements -> {
            Optional<KnownEnrollment> known = begin(statements, row, supersedes);
            if (known.isPresent()) {
              return new IntendResult.AlreadyKnown(known.get());
            }
            IntendResult result = claim(statements, row, old, rows);
            if (!(result instanceof IntendResult.Intended)) {
              if (old.isPresent()) {
                throw new Undone(result);
              }
              intents.remove(statements, row);
            }
            return result;
          });
    } catch (Undone e) {
      return e.result(IntendResult.class);
    }
  }

  /// Writes the intent of an enrollment to which nothing is known and whose claims are free, as it
  /// is with nearly all, all statements in one message.
  ///
  /// @return false when it is another; then nothing was written
  private boolean intendAtOnce(IntentRows.Row row, List<AuditRows.Row> rows)
      throws StoreUnavailableException {
    try {
      return transactions.write(
          statements -> {
            Intent intent = row.intent();
            Together together = statements.together();
            Together.Outcome<Integer> written = intents.insert(together, row);
            Together.Outcome<Optional<KnownEnrollment>> other = findOther(together, intent);
            List<Together.Outcome<Integer>> taken =
                claims.takeFirst(together, intent.claims(), intent.id().toString(), intent.at());
            auditRows.insert(together, rows);
            together.send();
            if (written.value() == 0
                || other.value().isPresent()
                || taken.stream().anyMatch(claim -> claim.value() == 0)) {
              throw new Undone(false);
            }
            return true;
          });
    } catch (Undone e) {
      return e.result(Boolean.class);
    }
  }

  /// Writes the intent, then looks for another of the same key: in this order, so that of two that
  /// begin at once one sees the other, whatever became of it meanwhile.
  ///
  /// @return the other one; then nothing was written
  private Optional<KnownEnrollment> begin(
      Statements statements, IntentRows.Row row, boolean supersedes) throws SQLException {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Together together = statements.together();
      Together.Outcome<Integer> inserted = intents.insert(together, row);
      Together.Outcome<Optional<KnownEnrollment>> found = findOther(together, row.intent());
      together.send();
      boolean written = inserted.value() == 1;
      Optional<KnownEnrollment> other = found.value();
      if (written) {
        if (other.isEmpty() || (supersedes && other.get() instanceof KnownEnrollment.Issued)) {
          return Optional.empty();
        }
        intents.remove(statements, row);
      }
      if (other.isPresent()) {
        return other;
      }
      // The one that stood in the way was released in between.
    }
    throw new IllegalStateException("enrollments of one transaction come and go too fast");
  }

  private IntendResult claim(
      Statements statements,
      IntentRows.Row row,
      Optional<PendingRows.Replaced> old,
      List<AuditRows.Row> rows)
      throws SQLException {
    if (old.isPresent() && !pending.replace(statements, old.get(), auditRows)) {
      return new IntendResult.NotReplaced();
    }
    Intent intent = row.intent();
    Optional<ChallengeClaim> taken =
        claims.takeAll(statements, intent.claims(), intent.id().toString(), intent.at());
    if (taken.isPresent()) {
      return new IntendResult.ClaimTaken(taken.get());
    }
    auditRows.insert(statements, rows);
    return new IntendResult.Intended();
  }

  @Override
  public IssuedCertificate record(
      IntentId id, IssuedCertificate certificate, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    CertificateRow row = CertificateRow.of(certificate);
    long now = clock.millis();
    return settling(
        statements -> {
          Optional<Inserted> inserted = insertCertificate(statements, id, row, now);
          if (inserted.isEmpty()) {
            return recorded(statements, id, row.serial());
          }
          if (row.partition().isPresent()) {
            partitions.note(statements, row.partition().get());
          }
          Together together = statements.together();
          insertNames(together, row, inserted.get());
          together.change(
              sql.closeIssued(),
              parameters ->
                  parameters.number(now).number(inserted.get().position()).text(id.toString()));
          auditRows.insert(together, rows);
          together.send();
          return certificate;
        });
  }

  /// What the table tells of a certificate, made ready by the caller's thread.
  private record CertificateRow(
      String serial,
      ByteString der,
      String subject,
      String subjectAltNames,
      long notBefore,
      long notAfter,
      Sha256 fingerprint,
      Sha256 keyDigest,
      Set<String> names,
      Optional<PartitionRows.Row> partition) {

    static CertificateRow of(IssuedCertificate certificate) {
      try {
        return new CertificateRow(
            certificate.serialNumber().hex(),
            ByteString.of(certificate.encoded()),
            certificate.subjectText(),
            String.join("\n", certificate.subjectAltNames()),
            certificate.notBefore().toEpochMilli(),
            certificate.notAfter().toEpochMilli(),
            certificate.fingerprint(),
            Sha256.over(certificate.holder().getSubjectPublicKeyInfo().getEncoded()),
            CertificateNames.keys(certificate),
            PartitionRows.Row.of(certificate));
      } catch (IOException e) {
        throw new IllegalStateException("encoding in memory cannot fail", e);
      }
    }
  }

  /// A certificate that has just found its place.
  private record Inserted(long position, String device, String transaction) {}

  private Optional<Inserted> insertCertificate(
      Statements statements, IntentId id, CertificateRow row, long now) throws SQLException {
    PreparedStatement insert = statements.prepared(sql.insertCertificate());
    Parameters parameters =
        new Parameters(insert)
            .text(row.serial())
            .octets(row.der().octets())
            .text(row.subject())
            .text(row.subjectAltNames())
            .number(row.notBefore())
            .number(row.notAfter())
            .octets(row.fingerprint().octets())
            .octets(row.keyDigest().octets())
            .number(now);
    PartitionRows.fill(parameters, row.partition());
    parameters.text(id.toString());
    try (ResultSet inserted = insert.executeQuery()) {
      return inserted.next()
          ? Optional.of(
              new Inserted(inserted.getLong(1), inserted.getString(2), inserted.getString(3)))
          : Optional.empty();
    }
  }

  private void insertNames(Together together, CertificateRow row, Inserted inserted) {
    for (String name :
        CertificateNames.keys(row.names(), inserted.device(), inserted.transaction())) {
      together.change(
          sql.insertName(), parameters -> parameters.text(name).number(inserted.position()));
    }
  }

  /// Runs work that ends an intent, and says so when somebody else has ended it in another way.
  private <T> T settling(Transactions.Work<T> work) throws StoreUnavailableException {
    try {
      return transactions.write(work);
    } catch (Undone e) {
      throw new StoreUnavailableException("settled elsewhere: " + e.result(String.class));
    }
  }

  private IssuedCertificate recorded(Statements statements, IntentId id, String serial)
      throws SQLException {
    PreparedStatement inspect = statements.prepared(sql.inspect());
    inspect.setString(1, id.toString());
    try (ResultSet row = inspect.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("intent " + id + " is unknown");
      }
      if (!EnrollmentSql.ISSUED.equals(row.getString(1))) {
        throw new Undone("intent " + id + " is " + row.getString(1));
      }
      IssuedCertificate recorded = IssuedCertificate.ofDer(row.getBytes(2));
      if (!recorded.serialNumber().hex().equals(serial)) {
        throw new IllegalStateException("intent " + id + " has another certificate");
      }
      return recorded;
    }
  }

  @Override
  public void release(IntentId id, List<AuditEvent> events) throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    long now = clock.millis();
    settling(
        statements -> {
          PreparedStatement close = statements.prepared(sql.closeReleased());
          close.setLong(1, now);
          close.setString(2, id.toString());
          if (close.executeUpdate() == 0) {
            confirmReleased(statements, id);
            return false;
          }
          if (!pending.giveBack(statements, id)) {
            claims.free(statements, id.toString());
          }
          auditRows.insert(statements, rows);
          return true;
        });
  }

  private void confirmReleased(Statements statements, IntentId id) throws SQLException {
    PreparedStatement inspect = statements.prepared(sql.inspect());
    inspect.setString(1, id.toString());
    try (ResultSet row = inspect.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("intent " + id + " is unknown");
      }
      if (!EnrollmentSql.RELEASED.equals(row.getString(1))) {
        throw new Undone("intent " + id + " is " + row.getString(1));
      }
    }
  }

  @Override
  public Optional<Intent> findOpen(IntentId id) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Enrollment.ALL)
                .from(Enrollment.TABLE)
                .where(IS_OPEN.and(Enrollment.ID.eq(id.toString())))
                .fetchOptional()
                .map(row -> intent(statements, row)));
  }

  /// Sorted here: asked for an order, SQLite reads the whole table in it instead of the index of
  /// what is open.
  @Override
  public List<IntentId> openIntents() throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Enrollment.ID, Enrollment.POSITION)
                .from(Enrollment.TABLE)
                .where(IS_OPEN.and(Enrollment.NODE.eq(node.text())))
                .fetch()
                .sortAsc(Enrollment.POSITION)
                .map(row -> IntentId.of(row.get(Enrollment.ID))));
  }

  private static Intent intent(Statements statements, Record row) {
    List<ChallengeClaim> claims = ClaimRows.of(statements, row.get(Enrollment.ID));
    return new Intent(
        IntentId.of(row.get(Enrollment.ID)),
        new TransactionKey(
            row.get(Enrollment.ENDPOINT),
            row.get(Enrollment.TRANSACTION_ID),
            Sha256.ofDigest(row.get(Enrollment.REQUEST_DIGEST))),
        Sha256.ofDigest(row.get(Enrollment.REQUESTER_KEY_DIGEST)),
        Sha256.ofDigest(row.get(Enrollment.CHALLENGE_MAC)),
        SerialNumber.ofHex(row.get(Enrollment.SERIAL)),
        ByteString.of(row.get(Enrollment.APPROVED_REQUEST)),
        FactsEncoding.decode(row.get(Enrollment.FACTS)),
        claims,
        Optional.ofNullable(row.get(Enrollment.PREDECESSOR)).map(Sha256::ofDigest),
        Instant.ofEpochMilli(row.get(Enrollment.AT)));
  }

  /// Forgets claims whose end has come; costs nothing but space to leave undone.
  ///
  /// @return how many
  public int forgetExpiredClaims() throws StoreUnavailableException {
    return new ExpiredClaims(transactions).forget(clock.millis());
  }
}
