package org.certctl.store;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;

import org.certctl.store.Sql.Block;
import org.certctl.store.Sql.Event;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/// The statements that seal the audit trail twice a second, rendered once.
///
/// @param leaves sequence, limit → sequence, canonical octets
/// @param head → newest block's number, first sequence, length of its leaves, hash
/// @param insertBlock the columns in their order in the table
record SealingSql(String leaves, String head, String insertBlock) {

  static SealingSql of(SQLDialect dialect) {
    return new SealingSql(
        Sql.text(
            select(Event.SEQUENCE, Event.CANONICAL)
                .from(Event.TABLE)
                .where(Event.SEQUENCE.ge(param(Event.SEQUENCE)))
                .orderBy(Event.SEQUENCE)
                .limit(param("limit", SQLDataType.INTEGER)),
            dialect),
        Sql.text(
            select(
                    Block.NUMBER,
                    Block.FIRST_SEQUENCE,
                    DSL.field("length({0})", SQLDataType.BIGINT, Block.LEAVES),
                    Block.HASH)
                .from(Block.TABLE)
                .orderBy(Block.NUMBER.desc())
                .limit(inline(1)),
            dialect),
        Sql.text(
            DSL.insertInto(Block.TABLE)
                .columns(Block.ALL)
                .values(Block.ALL.stream().map(DSL::param).toList()),
            dialect));
  }
}
