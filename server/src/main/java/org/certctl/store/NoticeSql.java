package org.certctl.store;

import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Tables and columns of notices, named once.
final class NoticeSql {

  private NoticeSql() {}

  /// Notices on their way out.
  static final class Outbox {
    private static final String NAME = "notice_outbox";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<String> ID = Sql.text(NAME, "id");
    static final Field<String> NOTIFIER = Sql.text(NAME, "notifier");
    static final Field<String> ADDRESS = Sql.text(NAME, "address");
    static final Field<byte[]> NOTICE = Sql.octets(NAME, "notice");
    static final Field<String> STATE = Sql.text(NAME, "state");
    static final Field<Long> CLAIM = Sql.number(NAME, "claim");
    static final Field<Long> CLAIM_ENDS_AT = Sql.number(NAME, "claim_ends_at_ms");
    static final Field<Long> ATTEMPTS = Sql.number(NAME, "attempts");
    static final Field<Long> SINCE = Sql.number(NAME, "since_ms");
    static final Field<Long> NEXT_ATTEMPT_AT = Sql.number(NAME, "next_attempt_at_ms");
    static final Field<Long> CLOSED_AT = Sql.number(NAME, "closed_at_ms");
    static final Field<String> LAST_ERROR = Sql.text(NAME, "last_error");

    /// All that an entry is made of.
    static final List<Field<?>> ALL =
        List.of(
            NUMBER,
            NOTIFIER,
            ADDRESS,
            NOTICE,
            STATE,
            CLAIM,
            ATTEMPTS,
            SINCE,
            NEXT_ATTEMPT_AT,
            CLOSED_AT,
            LAST_ERROR);

    private Outbox() {}
  }

  /// Certificates of the server that were told of.
  static final class Told {
    private static final String NAME = "expiry_told";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<byte[]> FINGERPRINT = Sql.octets(NAME, "fingerprint");
    static final Field<Long> THRESHOLD = Sql.number(NAME, "threshold_ms");
    static final Field<Long> NOT_AFTER = Sql.number(NAME, "not_after_ms");
    static final Field<Long> AT = Sql.number(NAME, "at_ms");

    private Told() {}
  }

  /// How far things have come.
  static final class Mark {
    private static final String TABLE_NAME = "expiry_mark";
    static final Table<?> TABLE = DSL.table(DSL.name(TABLE_NAME));
    static final Field<String> NAME = Sql.text(TABLE_NAME, "name");
    static final Field<Long> AT = Sql.number(TABLE_NAME, "at_ms");

    private Mark() {}
  }
}
