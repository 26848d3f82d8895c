package org.certctl.store;

import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Tables and columns of certificate status, named once.
final class StatusSql {

  private StatusSql() {}

  /// Revocations and holds.
  static final class Revoked {
    static final String HELD = "held";
    static final String REVOKED = "revoked";
    static final String RELEASED = "released";

    private static final String NAME = "revocation";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<String> SERIAL = Sql.text(NAME, "serial");
    static final Field<String> STATE = Sql.text(NAME, "state");
    static final Field<Long> REASON = Sql.number(NAME, "reason");
    static final Field<Long> REVOKED_AT = Sql.number(NAME, "revoked_at_ms");
    static final Field<Long> CHANGED_AT = Sql.number(NAME, "changed_at_ms");
    static final Field<Long> NOT_AFTER = Sql.number(NAME, "not_after_ms");
    static final Field<String> ACTOR = Sql.text(NAME, "actor");
    static final Field<String> NOTE = Sql.text(NAME, "note");

    /// The position of the certificate.
    static final Field<Long> POSITION = Sql.number(NAME, "position");

    /// What the certificate's CRL lists; null when that is the CRL of everything.
    static final Field<Long> PARTITION = Sql.number(NAME, "crl_partition");

    /// The issuer's count of changes with the last one of this row.
    static final Field<Long> CHANGE = Sql.number(NAME, "change");

    private Revoked() {}
  }

  /// What is counted for each issuer.
  static final class Counter {
    private static final String NAME = "revocation_counter";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> CHANGES = Sql.number(NAME, "changes");

    private Counter() {}
  }

  /// The numbers of CRLs.
  static final class LastNumber {
    private static final String NAME = "crl_counter";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> PARTITION = Sql.number(NAME, "crl_partition");
    static final Field<Long> LAST = Sql.number(NAME, "last_number");

    private LastNumber() {}
  }

  /// Partitions that certificates name.
  static final class Partition {
    private static final String NAME = "crl_partition";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<String> LOCATION = Sql.text(NAME, "location");
    static final Field<Long> LAST_END = Sql.number(NAME, "last_end_ms");

    private Partition() {}
  }

  /// CRLs that were published.
  static final class Crl {
    private static final String NAME = "crl";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> PARTITION = Sql.number(NAME, "crl_partition");
    static final Field<Long> IS_DELTA = Sql.number(NAME, "is_delta");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<Long> BASE_NUMBER = Sql.number(NAME, "base_number");
    static final Field<Long> THIS_UPDATE = Sql.number(NAME, "this_update_ms");
    static final Field<Long> NEXT_UPDATE = Sql.number(NAME, "next_update_ms");
    static final Field<Long> CHANGES = Sql.number(NAME, "changes");
    static final Field<Long> ENTRIES = Sql.number(NAME, "entries");
    static final Field<Long> PARTS = Sql.number(NAME, "parts");
    static final Field<Long> SIZE = Sql.number(NAME, "size_bytes");
    static final Field<byte[]> SIGNER_FINGERPRINT = Sql.octets(NAME, "signer_fingerprint");
    static final Field<String> DISTRIBUTION_POINT = Sql.text(NAME, "distribution_point");
    static final Field<String> FRESHEST = Sql.text(NAME, "freshest");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            ISSUER_ID,
            PARTITION,
            IS_DELTA,
            NUMBER,
            BASE_NUMBER,
            THIS_UPDATE,
            NEXT_UPDATE,
            CHANGES,
            ENTRIES,
            PARTS,
            SIZE,
            SIGNER_FINGERPRINT,
            DISTRIBUTION_POINT,
            FRESHEST);

    private Crl() {}
  }

  /// The octets of CRLs.
  static final class Part {
    private static final String NAME = "crl_part";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> PARTITION = Sql.number(NAME, "crl_partition");
    static final Field<Long> IS_DELTA = Sql.number(NAME, "is_delta");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<Long> PART = Sql.number(NAME, "part");
    static final Field<byte[]> OCTETS = Sql.octets(NAME, "octets");

    private Part() {}
  }

  /// Up to where records were removed because their time was over.
  static final class Removed {
    private static final String NAME = "removed_until";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> RECORDS = Sql.text(NAME, "records");
    static final Field<Long> AT = Sql.number(NAME, "at_ms");

    private Removed() {}
  }
}
