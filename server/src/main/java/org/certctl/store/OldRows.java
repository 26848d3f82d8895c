package org.certctl.store;

import org.certctl.audit.StoreUnavailableException;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;

/// Deletes rows whose time is over, so many in each transaction that nobody waits long for it.
final class OldRows {

  /// How many rows are deleted in one transaction.
  static final int STEP = 500;

  private final Transactions transactions;

  OldRows(Transactions transactions) {
    this.transactions = transactions;
  }

  /// Deletes them, step by step. When there are none, nothing is written.
  ///
  /// @param key the primary key
  /// @param order the order in which they go; to be one in which they are found along an index
  /// @param old which
  /// @return how many
  int delete(Table<?> table, Field<Long> key, Field<Long> order, Condition old)
      throws StoreUnavailableException {
    if (transactions.read(statements -> !statements.dsl().fetchExists(table, old))) {
      return 0;
    }
    int all = 0;
    int deleted;
    do {
      deleted =
          transactions.write(
              statements ->
                  statements
                      .dsl()
                      .deleteFrom(table)
                      .where(
                          key.in(
                              statements
                                  .dsl()
                                  .select(key)
                                  .from(table)
                                  .where(old)
                                  .orderBy(order)
                                  .limit(STEP)))
                      .execute());
      all += deleted;
    } while (deleted == STEP);
    return all;
  }
}
