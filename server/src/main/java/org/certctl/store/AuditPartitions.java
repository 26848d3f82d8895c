package org.certctl.store;

import static org.jooq.impl.DSL.inline;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.certctl.store.Sql.Event;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/// The ranges of sequence numbers into which PostgreSQL divides the events of the audit trail,
/// inside a unit of work (docs/decisions/0002-partitions.md).
///
/// What comes when there is no partition for it is in the default partition, and stays there until
/// it is archived.
public final class AuditPartitions {

  /// How many events a partition takes, and how many there is room for ahead at the least.
  static final long WIDTH = 10_000_000;

  private static final String RANGES =
      """
      SELECT quote_ident(name), CAST(substring(range FROM 'TO \\(''([0-9]+)''\\)') AS bigint)
      FROM (
        SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS range
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = CAST('audit_event' AS regclass)
      ) p
      WHERE range <> 'DEFAULT' ORDER BY 2
      """;

  private AuditPartitions() {}

  /// @param name as it stands in statements
  /// @param end the first sequence number behind it
  private record Range(String name, long end) {}

  private static List<Range> ranges(Statements statements) throws SQLException {
    PreparedStatement select = statements.prepared(RANGES);
    List<Range> ranges = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        ranges.add(new Range(row.getString(1), row.getLong(2)));
      }
    }
    return ranges;
  }

  /// The end of the last partition that holds no event after this one, if all events until there
  /// are in partitions that can be dropped.
  ///
  /// @return a sequence number; empty when there is no such partition
  static OptionalLong lastWithin(Statements statements, long lastSequence) throws SQLException {
    long inRest =
        statements
            .dsl()
            .select(DSL.coalesce(DSL.min(Event.REST_SEQUENCE), inline(Long.MAX_VALUE)))
            .from(Event.REST)
            .fetchSingle()
            .value1();
    return ranges(statements).stream()
        .mapToLong(range -> range.end() - 1)
        .filter(end -> end <= lastSequence && end < inRest)
        .max();
  }

  /// Drops the partitions that hold no event after this one. Whoever reads or seals the trail waits
  /// until the transaction ends; whoever leaves events in the inbox does not.
  static void drop(Statements statements, long lastSequence) throws SQLException {
    for (Range range : ranges(statements)) {
      if (range.end() - 1 <= lastSequence) {
        statements.dsl().execute("DROP TABLE " + range.name());
      }
    }
  }

  /// Sees to it that there is room ahead. Nobody waits for it longer than a second; when it would
  /// have to wait longer itself, because somebody reads the trail in a long transaction, it fails,
  /// and may be tried again.
  ///
  /// @return how many partitions were made
  public static int makeAhead(Statements statements) throws SQLException {
    if (isThereRoom(statements)) {
      return 0;
    }
    // Nobody seals meanwhile, so that the last event is known.
    if (!AuditInbox.takeTurn(statements)) {
      return 0;
    }
    statements.dsl().execute("SET LOCAL lock_timeout = '1s'");
    long last = last(statements);
    return make(statements, last + 1, last);
  }

  /// Sees to it that there is a partition for every event up to this one, and room ahead behind it.
  ///
  /// @param lastSequence of events that are to come; there are none yet
  public static void makeFor(Statements statements, long lastSequence) throws SQLException {
    make(statements, 1, lastSequence);
  }

  /// @param first where those begin that are made, at the earliest
  /// @param last behind which there is to be room
  /// @return how many partitions were made
  private static int make(Statements statements, long first, long last) throws SQLException {
    DSLContext dsl = statements.dsl();
    int made = 0;
    for (long end = end(statements); !isRoom(end, last); end = end(statements)) {
      long begin = Math.max(end, first);
      String name = "audit_event_" + begin;
      dsl.execute(
          "CREATE TABLE %s PARTITION OF audit_event FOR VALUES FROM (%d) TO (%d)"
              .formatted(name, begin, begin + WIDTH));
      dsl.execute(
          "CREATE TRIGGER audit_event_is_not_emptied BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended()"
              .formatted(name));
      made++;
    }
    return made;
  }

  private static boolean isThereRoom(Statements statements) throws SQLException {
    return isRoom(end(statements), last(statements));
  }

  private static boolean isRoom(long end, long last) {
    return end > last + WIDTH;
  }

  /// The first sequence number behind all ranges.
  private static long end(Statements statements) throws SQLException {
    List<Range> ranges = ranges(statements);
    return ranges.isEmpty() ? 1 : ranges.getLast().end();
  }

  private static long last(Statements statements) {
    return statements
        .dsl()
        .select(DSL.coalesce(DSL.max(Event.SEQUENCE), inline(0L)))
        .from(Event.TABLE)
        .fetchSingle()
        .value1();
  }
}
