package org.certctl.store;

import java.util.List;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/// Tables and columns, named once; `db/migration` makes them.
final class Sql {

  private Sql() {}

  /// The text of a statement with a `?` for each parameter, in the order in which they stand.
  static String text(Query query, SQLDialect dialect) {
    return DSL.using(dialect).render(query);
  }

  static Field<String> text(String table, String column) {
    return DSL.field(DSL.name(table, column), SQLDataType.CLOB);
  }

  static Field<Long> number(String table, String column) {
    return DSL.field(DSL.name(table, column), SQLDataType.BIGINT);
  }

  static Field<byte[]> octets(String table, String column) {
    return DSL.field(DSL.name(table, column), SQLDataType.BLOB);
  }

  /// Whether an engine runs transactions side by side, so that a unit of work has to lock what it
  /// rests on.
  static boolean hasManyWriters(SQLDialect dialect) {
    return dialect != SQLDialect.SQLITE;
  }

  /// Events of the audit trail.
  static final class Event {
    private static final String NAME = "audit_event";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));

    /// Where events wait for their place in the trail, on engines with many writers.
    static final Table<?> INBOX = DSL.table(DSL.name("audit_inbox"));

    /// The default partition, on engines with partitions.
    static final Table<?> REST = DSL.table(DSL.name("audit_event_rest"));

    /// The place in the trail of what is in the default partition.
    static final Field<Long> REST_SEQUENCE = number("audit_event_rest", "sequence");

    /// The order in the inbox.
    static final Field<Long> INBOX_ID = number("audit_inbox", "id");

    /// What readers see.
    static Table<?> trail(SQLDialect dialect) {
      return hasManyWriters(dialect) ? DSL.table(DSL.name("audit_trail")).as(NAME) : TABLE;
    }

    static final Field<Long> SEQUENCE = number(NAME, "sequence");
    static final Field<Long> AT = number(NAME, "at_ms");
    static final Field<String> CATEGORY = text(NAME, "category");
    static final Field<String> ACTION = text(NAME, "action");
    static final Field<String> ACTOR = text(NAME, "actor");
    static final Field<String> ACTOR_TYPE = text(NAME, "actor_type");
    static final Field<String> RESOURCE_TYPE = text(NAME, "resource_type");
    static final Field<String> RESOURCE_ID = text(NAME, "resource_id");
    static final Field<String> OUTCOME = text(NAME, "outcome");
    static final Field<String> REASON = text(NAME, "reason");
    static final Field<String> ENDPOINT = text(NAME, "endpoint");
    static final Field<String> TRANSACTION_ID = text(NAME, "transaction_id");
    static final Field<byte[]> CANONICAL = octets(NAME, "canonical");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            SEQUENCE,
            AT,
            CATEGORY,
            ACTION,
            ACTOR,
            ACTOR_TYPE,
            RESOURCE_TYPE,
            RESOURCE_ID,
            OUTCOME,
            REASON,
            ENDPOINT,
            TRANSACTION_ID,
            CANONICAL);

    private Event() {}
  }

  /// Sealed blocks of the audit trail.
  static final class Block {
    private static final String NAME = "audit_block";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> NUMBER = number(NAME, "number");
    static final Field<Long> FIRST_SEQUENCE = number(NAME, "first_sequence");
    static final Field<byte[]> LEAVES = octets(NAME, "leaves");
    static final Field<byte[]> PREVIOUS = octets(NAME, "previous");
    static final Field<Long> SEALED_AT = number(NAME, "sealed_at_ms");
    static final Field<byte[]> KEY_DIGEST = octets(NAME, "key_digest");
    static final Field<byte[]> HASH = octets(NAME, "hash");
    static final Field<byte[]> SIGNATURE = octets(NAME, "signature");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(NUMBER, FIRST_SEQUENCE, LEAVES, PREVIOUS, SEALED_AT, KEY_DIGEST, HASH, SIGNATURE);

    private Block() {}
  }

  /// Up to where the audit trail was moved elsewhere.
  static final class Archive {
    private static final String NAME = "audit_archive";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> LAST_BLOCK = number(NAME, "last_block");
    static final Field<Long> LAST_SEQUENCE = number(NAME, "last_sequence");
    static final Field<byte[]> HASH = octets(NAME, "hash");
    static final Field<Long> AT = number(NAME, "at_ms");

    private Archive() {}
  }

  /// Enrollments: intents, and what became of them.
  static final class Enrollment {
    private static final String NAME = "enrollment";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> POSITION = number(NAME, "position");
    static final Field<String> ID = text(NAME, "id");
    static final Field<String> ENDPOINT = text(NAME, "endpoint");
    static final Field<byte[]> TRANSACTION_ID = octets(NAME, "transaction_id");
    static final Field<byte[]> REQUEST_DIGEST = octets(NAME, "request_digest");
    static final Field<byte[]> REQUESTER_KEY_DIGEST = octets(NAME, "requester_key_digest");
    static final Field<byte[]> CHALLENGE_MAC = octets(NAME, "challenge_mac");
    static final Field<String> SERIAL = text(NAME, "serial");
    static final Field<byte[]> APPROVED_REQUEST = octets(NAME, "approved_request");
    static final Field<byte[]> FACTS = octets(NAME, "facts");
    static final Field<String> ISSUER_ID = text(NAME, "issuer_id");
    static final Field<String> PROFILE_ID = text(NAME, "profile_id");
    static final Field<String> DEVICE = text(NAME, "device");
    static final Field<String> TRANSACTION_TEXT = text(NAME, "transaction_text");
    static final Field<String> STATE = text(NAME, "state");
    static final Field<Long> AT = number(NAME, "at_ms");
    static final Field<Long> CLOSED_AT = number(NAME, "closed_at_ms");
    static final Field<Long> CERTIFICATE_POSITION = number(NAME, "certificate_position");
    static final Field<byte[]> PREDECESSOR = octets(NAME, "predecessor");
    static final Field<String> NODE = text(NAME, "node");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            POSITION,
            ID,
            ENDPOINT,
            TRANSACTION_ID,
            REQUEST_DIGEST,
            REQUESTER_KEY_DIGEST,
            CHALLENGE_MAC,
            SERIAL,
            APPROVED_REQUEST,
            FACTS,
            ISSUER_ID,
            PROFILE_ID,
            DEVICE,
            TRANSACTION_TEXT,
            STATE,
            AT,
            CLOSED_AT,
            CERTIFICATE_POSITION,
            PREDECESSOR,
            NODE);

    private Enrollment() {}
  }

  /// Requests that wait for a human, and what became of them.
  static final class Pending {
    private static final String NAME = "pending_enrollment";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> NUMBER = number(NAME, "number");
    static final Field<String> ID = text(NAME, "id");
    static final Field<String> ENDPOINT = text(NAME, "endpoint");
    static final Field<byte[]> TRANSACTION_ID = octets(NAME, "transaction_id");
    static final Field<byte[]> REQUEST_DIGEST = octets(NAME, "request_digest");
    static final Field<byte[]> REQUESTER_KEY_DIGEST = octets(NAME, "requester_key_digest");
    static final Field<byte[]> SUBJECT_KEY_DIGEST = octets(NAME, "subject_key_digest");
    static final Field<byte[]> CHALLENGE_MAC = octets(NAME, "challenge_mac");
    static final Field<String> METHOD = text(NAME, "method");
    static final Field<String> SOURCE_ADDRESS = text(NAME, "source_address");
    static final Field<byte[]> REQUEST = octets(NAME, "request");
    static final Field<byte[]> FACTS = octets(NAME, "facts");
    static final Field<Long> AT = number(NAME, "at_ms");
    static final Field<Long> EXPIRES_AT = number(NAME, "expires_at_ms");
    static final Field<String> STATE = text(NAME, "state");
    static final Field<String> ACTOR = text(NAME, "actor");
    static final Field<Long> DECIDED_AT = number(NAME, "decided_at_ms");
    static final Field<String> CODE = text(NAME, "code");
    static final Field<String> WORDS = text(NAME, "words");
    static final Field<String> ENROLLMENT_ID = text(NAME, "enrollment_id");
    static final Field<Long> CLOSED_AT = number(NAME, "closed_at_ms");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            NUMBER,
            ID,
            ENDPOINT,
            TRANSACTION_ID,
            REQUEST_DIGEST,
            REQUESTER_KEY_DIGEST,
            SUBJECT_KEY_DIGEST,
            CHALLENGE_MAC,
            METHOD,
            SOURCE_ADDRESS,
            REQUEST,
            FACTS,
            AT,
            EXPIRES_AT,
            STATE,
            ACTOR,
            DECIDED_AT,
            CODE,
            WORDS,
            ENROLLMENT_ID,
            CLOSED_AT);

    private Pending() {}
  }

  /// What may be used up once, and by which enrollment it was.
  static final class Claim {
    private static final String NAME = "challenge_claim";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> KIND = text(NAME, "kind");
    static final Field<byte[]> KEY = octets(NAME, "claim_key");
    static final Field<String> ENROLLMENT_ID = text(NAME, "enrollment_id");
    static final Field<Long> EXPIRES_AT = number(NAME, "expires_at_ms");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL = List.of(KIND, KEY, ENROLLMENT_ID, EXPIRES_AT);

    private Claim() {}
  }

  /// One-time challenges.
  static final class OneTime {
    private static final String NAME = "onetime_challenge";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> POSITION = number(NAME, "position");
    static final Field<String> ID = text(NAME, "id");
    static final Field<byte[]> MAC = octets(NAME, "mac");
    static final Field<String> ENDPOINT = text(NAME, "endpoint");
    static final Field<byte[]> SUBJECT = octets(NAME, "subject");
    static final Field<byte[]> NAMES = octets(NAME, "names");
    static final Field<Long> CREATED_AT = number(NAME, "created_at_ms");
    static final Field<Long> EXPIRES_AT = number(NAME, "expires_at_ms");

    /// A challenge with its claim and the enrollment or the pending request that holds it.
    static final List<Field<?>> KNOWN =
        List.of(
            POSITION,
            MAC,
            ENDPOINT,
            SUBJECT,
            NAMES,
            CREATED_AT,
            EXPIRES_AT,
            Claim.ENROLLMENT_ID,
            Enrollment.REQUEST_DIGEST,
            Enrollment.STATE,
            Enrollment.SERIAL,
            Pending.REQUEST_DIGEST);

    private OneTime() {}
  }

  /// The texts that certificates are found by.
  static final class Name {
    private static final String NAME = "certificate_name";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> VALUE = text(NAME, "value");
    static final Field<Long> POSITION = number(NAME, "position");

    private Name() {}
  }

  /// Issued certificates.
  static final class Certificate {
    private static final String NAME = "certificate";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> POSITION = number(NAME, "position");
    static final Field<String> ISSUER_ID = text(NAME, "issuer_id");
    static final Field<String> SERIAL = text(NAME, "serial");
    static final Field<byte[]> DER = octets(NAME, "der");
    static final Field<String> SUBJECT = text(NAME, "subject");
    static final Field<String> SANS = text(NAME, "sans");
    static final Field<Long> NOT_BEFORE = number(NAME, "not_before_ms");
    static final Field<Long> NOT_AFTER = number(NAME, "not_after_ms");
    static final Field<byte[]> FINGERPRINT = octets(NAME, "fingerprint");
    static final Field<byte[]> KEY_DIGEST = octets(NAME, "key_digest");
    static final Field<String> ENDPOINT = text(NAME, "endpoint");
    static final Field<String> PROFILE_ID = text(NAME, "profile_id");
    static final Field<String> DEVICE = text(NAME, "device");
    static final Field<String> TRANSACTION_TEXT = text(NAME, "transaction_text");
    static final Field<String> ENROLLMENT_ID = text(NAME, "enrollment_id");
    static final Field<Long> ISSUED_AT = number(NAME, "issued_at_ms");
    static final Field<byte[]> PREDECESSOR = octets(NAME, "predecessor");

    /// The partition whose CRL it names; null when that is the CRL of everything, or none.
    static final Field<Long> CRL_PARTITION = number(NAME, "crl_partition");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            POSITION,
            ISSUER_ID,
            SERIAL,
            DER,
            SUBJECT,
            SANS,
            NOT_BEFORE,
            NOT_AFTER,
            FINGERPRINT,
            KEY_DIGEST,
            ENDPOINT,
            PROFILE_ID,
            DEVICE,
            TRANSACTION_TEXT,
            ENROLLMENT_ID,
            ISSUED_AT,
            PREDECESSOR,
            CRL_PARTITION);

    private Certificate() {}
  }
}
