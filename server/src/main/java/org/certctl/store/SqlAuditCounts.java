package org.certctl.store;

import java.util.List;
import org.certctl.audit.AuditCounts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.store.Sql.Event;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Counts in SQL; the index of migration 8 has all that is asked for.
public final class SqlAuditCounts implements AuditCounts {

  private final Transactions transactions;
  private final Table<?> trail;

  /// Counts behind these transactions.
  public SqlAuditCounts(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.trail = Event.trail(dialect);
  }

  @Override
  public List<Count> connectorEnrollments() throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Event.OUTCOME, Event.ENDPOINT, Event.REASON, DSL.count())
                .from(trail)
                // Inline, so that the database sees that the index is meant.
                .where(Event.ACTION.in(CONNECTOR_ACTIONS.stream().map(DSL::inline).toList()))
                .and(Event.OUTCOME.in(DSL.inline("issued"), DSL.inline("refused")))
                .groupBy(Event.OUTCOME, Event.ENDPOINT, Event.REASON)
                .fetch(
                    row ->
                        new Count(
                            row.get(Event.ENDPOINT),
                            row.get(Event.OUTCOME),
                            row.get(Event.REASON),
                            row.get(DSL.count()))));
  }
}
