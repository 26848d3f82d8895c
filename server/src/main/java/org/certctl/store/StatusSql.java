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

    private Revoked() {}
  }

  /// What is counted for each issuer.
  static final class Counter {
    private static final String NAME = "revocation_counter";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> CHANGES = Sql.number(NAME, "changes");
    static final Field<Long> LAST_CRL_NUMBER = Sql.number(NAME, "last_crl_number");

    private Counter() {}
  }

  /// CRLs that were published.
  static final class Crl {
    private static final String NAME = "crl";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<Long> THIS_UPDATE = Sql.number(NAME, "this_update_ms");
    static final Field<Long> NEXT_UPDATE = Sql.number(NAME, "next_update_ms");
    static final Field<Long> CHANGES = Sql.number(NAME, "changes");
    static final Field<Long> ENTRIES = Sql.number(NAME, "entries");
    static final Field<Long> PARTS = Sql.number(NAME, "parts");
    static final Field<Long> SIZE = Sql.number(NAME, "size_bytes");
    static final Field<byte[]> SIGNER_FINGERPRINT = Sql.octets(NAME, "signer_fingerprint");

    /// All columns, in their order in the table.
    static final List<Field<?>> ALL =
        List.of(
            ISSUER_ID,
            NUMBER,
            THIS_UPDATE,
            NEXT_UPDATE,
            CHANGES,
            ENTRIES,
            PARTS,
            SIZE,
            SIGNER_FINGERPRINT);

    private Crl() {}
  }

  /// The octets of CRLs.
  static final class Part {
    private static final String NAME = "crl_part";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> ISSUER_ID = Sql.text(NAME, "issuer_id");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<Long> PART = Sql.number(NAME, "part");
    static final Field<byte[]> OCTETS = Sql.octets(NAME, "octets");

    private Part() {}
  }
}
