package org.certctl.store;

import static org.jooq.impl.DSL.param;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.onetime.BoundIdentity;
import org.certctl.challenge.onetime.ChallengeUse;
import org.certctl.challenge.onetime.KnownChallenge;
import org.certctl.challenge.onetime.OneTimeChallenge;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.pki.Sha256;
import org.certctl.store.Sql.Claim;
import org.certctl.store.Sql.Enrollment;
import org.certctl.store.Sql.OneTime;
import org.certctl.store.Sql.Pending;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/// One-time challenges in SQL. Times are kept in whole milliseconds.
///
/// The claim's primary key decides between two enrollments, and between an enrollment and a
/// revocation.
public final class SqlOneTimeChallengeStore implements OneTimeChallengeStore {

  private static final int MAX_LIMIT = 1000;

  /// Stands where a claim names its enrollment.
  private static final String REVOKED = "revoked";

  private final Transactions transactions;
  private final AuditRows auditRows;
  private final String findByMac;

  /// Keeps challenges behind these transactions.
  public SqlOneTimeChallengeStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
    this.findByMac = Sql.text(known(OneTime.MAC.eq(param(OneTime.MAC))), dialect);
  }

  @Override
  public void add(List<OneTimeChallenge> challenges, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    transactions.write(
        statements -> {
          challenges.forEach(challenge -> insert(statements, challenge));
          auditRows.insert(statements, rows);
          return true;
        });
  }

  private static void insert(Statements statements, OneTimeChallenge challenge) {
    Optional<BoundIdentity> identity = challenge.identity();
    statements
        .dsl()
        .insertInto(OneTime.TABLE)
        .set(OneTime.ID, challenge.id())
        .set(OneTime.MAC, challenge.mac().octets())
        .set(OneTime.ENDPOINT, challenge.endpoint())
        .set(OneTime.SUBJECT, der(identity.map(BoundIdentity::subject)))
        .set(OneTime.NAMES, der(identity.flatMap(BoundIdentity::subjectAltNames)))
        .set(OneTime.CREATED_AT, challenge.createdAt().toEpochMilli())
        .set(OneTime.EXPIRES_AT, challenge.expiresAt().toEpochMilli())
        .execute();
  }

  private static byte @Nullable [] der(Optional<? extends ASN1Object> value) {
    try {
      return value.isEmpty() ? null : value.get().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  @Override
  public Optional<KnownChallenge> find(Sha256 mac) throws StoreUnavailableException {
    return transactions.read(
        statements -> {
          PreparedStatement statement = statements.prepared(findByMac);
          statement.setBytes(1, mac.octets());
          try (ResultSet rows = statement.executeQuery()) {
            return statements.dsl().fetch(rows, OneTime.KNOWN.toArray(Field[]::new)).stream()
                .findFirst()
                .map(SqlOneTimeChallengeStore::challenge);
          }
        });
  }

  @Override
  public Optional<KnownChallenge> find(String id) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .fetchOptional(known(OneTime.ID.eq(id)))
                .map(SqlOneTimeChallengeStore::challenge));
  }

  @Override
  public List<KnownChallenge> page(Optional<String> endpoint, long before, int limit)
      throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    Condition wanted =
        OneTime.POSITION
            .lt(before)
            .and(endpoint.map(OneTime.ENDPOINT::eq).orElse(DSL.noCondition()));
    Select<Record> newest = known(wanted).orderBy(OneTime.POSITION.desc()).limit(limit);
    return transactions.read(
        statements -> statements.dsl().fetch(newest).map(SqlOneTimeChallengeStore::challenge));
  }

  @Override
  public Revocation revoke(OneTimeChallenge challenge, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    ChallengeClaim claim = challenge.claim();
    return transactions.write(
        statements -> {
          int taken =
              statements
                  .dsl()
                  .insertInto(Claim.TABLE)
                  .set(Claim.KIND, claim.kind())
                  .set(Claim.KEY, claim.key().octets())
                  .set(Claim.ENROLLMENT_ID, REVOKED)
                  .set(Claim.EXPIRES_AT, claim.expiresAt().toEpochMilli())
                  .onConflict(Claim.KIND, Claim.KEY)
                  .doNothing()
                  .execute();
          KnownChallenge known =
              statements
                  .dsl()
                  .fetchOptional(known(OneTime.ID.eq(challenge.id())))
                  .map(SqlOneTimeChallengeStore::challenge)
                  .orElseThrow(() -> new IllegalStateException("there is no such challenge"));
          if (taken == 0) {
            return new Revocation.TooLate(known.use());
          }
          auditRows.insert(statements, rows);
          return new Revocation.Done();
        });
  }

  @Override
  public int forgetEndedBefore(Instant end) throws StoreUnavailableException {
    return new OldRows(transactions)
        .delete(
            OneTime.TABLE,
            OneTime.POSITION,
            OneTime.EXPIRES_AT,
            OneTime.EXPIRES_AT.lt(end.toEpochMilli()));
  }

  /// The challenges that meet a condition, each with its claim and the enrollment or the pending
  /// request that holds it.
  private static SelectConditionStep<Record> known(Condition condition) {
    return DSL.select(OneTime.KNOWN)
        .from(OneTime.TABLE)
        .leftJoin(Claim.TABLE)
        .on(Claim.KIND.eq(DSL.inline(OneTimeChallenge.CLAIM_KIND)).and(Claim.KEY.eq(OneTime.MAC)))
        .leftJoin(Enrollment.TABLE)
        .on(Enrollment.ID.eq(Claim.ENROLLMENT_ID))
        .leftJoin(Pending.TABLE)
        .on(Pending.ID.eq(Claim.ENROLLMENT_ID))
        .where(condition);
  }

  private static KnownChallenge challenge(Record row) {
    return new KnownChallenge(
        row.get(OneTime.POSITION),
        new OneTimeChallenge(
            Sha256.ofDigest(row.get(OneTime.MAC)),
            row.get(OneTime.ENDPOINT),
            identity(row.get(OneTime.SUBJECT), row.get(OneTime.NAMES)),
            Instant.ofEpochMilli(row.get(OneTime.CREATED_AT)),
            Instant.ofEpochMilli(row.get(OneTime.EXPIRES_AT))),
        use(row));
  }

  private static Optional<BoundIdentity> identity(
      byte @Nullable [] subject, byte @Nullable [] names) {
    return Optional.ofNullable(subject)
        .map(
            der ->
                new BoundIdentity(
                    X500Name.getInstance(der),
                    Optional.ofNullable(names).map(GeneralNames::getInstance)));
  }

  private static ChallengeUse use(Record row) {
    @Nullable String holder = row.get(Claim.ENROLLMENT_ID);
    if (holder == null) {
      return new ChallengeUse.None();
    }
    if (holder.equals(REVOKED)) {
      return new ChallengeUse.Revoked();
    }
    Optional<Sha256> request =
        Optional.ofNullable(row.get(Enrollment.REQUEST_DIGEST))
            .or(() -> Optional.ofNullable(row.get(Pending.REQUEST_DIGEST)))
            .map(Sha256::ofDigest);
    return request.isPresent() && EnrollmentSql.ISSUED.equals(row.get(Enrollment.STATE))
        ? new ChallengeUse.Issued(request.get(), row.get(Enrollment.SERIAL))
        : new ChallengeUse.Claimed(request);
  }
}
