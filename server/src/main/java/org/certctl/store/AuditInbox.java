package org.certctl.store;

import static org.jooq.impl.DSL.inline;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.certctl.store.Sql.Event;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/// Events that writers left without a place in the trail, inside a unit of work.
final class AuditInbox {

  private static final Table<?> SEALER = DSL.table(DSL.name("audit_sealer"));
  private static final Field<Integer> SEALER_ID =
      DSL.field(DSL.name("audit_sealer", "id"), SQLDataType.INTEGER);
  private static final List<Field<?>> WAITING = waiting();

  private final String place;

  AuditInbox(SQLDialect dialect) {
    place = Sql.text(placeQuery(), dialect);
  }

  private static Query placeQuery() {
    CommonTableExpression<?> moved =
        DSL.name("moved")
            .as(
                DSL.deleteFrom(Event.INBOX)
                    .where(
                        Event.INBOX_ID.in(
                            DSL.select(Event.INBOX_ID)
                                .from(Event.INBOX)
                                .orderBy(Event.INBOX_ID)
                                .limit(DSL.param("limit", SQLDataType.BIGINT))))
                    .returning(WAITING));
    List<Field<?>> placed = new ArrayList<>();
    placed.add(
        DSL.param("before", SQLDataType.BIGINT)
            .plus(DSL.rowNumber().over(DSL.orderBy(unqualified(Event.INBOX_ID)))));
    AuditRows.WRITTEN.forEach(field -> placed.add(unqualified(field)));
    return DSL.with(moved)
        .insertInto(Event.TABLE)
        .columns(Event.ALL)
        .select(DSL.select(placed).from(moved));
  }

  private static Field<?> unqualified(Field<?> field) {
    return DSL.field(field.getUnqualifiedName(), field.getDataType());
  }

  private static List<Field<?>> waiting() {
    return Stream.concat(
            Stream.of(Event.INBOX_ID), AuditRows.WRITTEN.stream().map(AuditInbox::unqualified))
        .toList();
  }

  boolean isEmpty(Statements statements) {
    return !statements.dsl().fetchExists(DSL.selectOne().from(Event.INBOX));
  }

  /// Takes the right to seal until the transaction ends. This is where a lease comes in.
  ///
  /// @return false when somebody else has it
  static boolean takeTurn(Statements statements) {
    return statements
        .dsl()
        .select(SEALER_ID)
        .from(SEALER)
        .where(SEALER_ID.eq(inline(1)))
        .forUpdate()
        .skipLocked()
        .fetchOptional()
        .isPresent();
  }

  /// Moves the oldest events there are to the trail, from this place on.
  void place(Statements statements, long first, int limit) throws SQLException {
    PreparedStatement move = statements.prepared(place);
    new Parameters(move).number(limit).number(first - 1);
    move.executeUpdate();
  }
}
