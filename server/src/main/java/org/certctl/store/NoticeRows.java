package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.notice.Notice;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.Target;
import org.certctl.store.NoticeSql.Outbox;
import org.jooq.Record;
import tools.jackson.databind.json.JsonMapper;

/// Rows of the outbox. Notices are kept as JSON, with the names of their components.
final class NoticeRows {

  private static final JsonMapper JSON = JsonMapper.shared();

  private NoticeRows() {}

  static void insert(Statements statements, Notice notice, List<Target> targets) {
    byte[] encoded = JSON.writeValueAsBytes(notice);
    long at = notice.at().toEpochMilli();
    for (Target target : targets) {
      statements
          .dsl()
          .insertInto(Outbox.TABLE)
          .columns(
              Outbox.ID,
              Outbox.NOTIFIER,
              Outbox.ADDRESS,
              Outbox.NOTICE,
              Outbox.STATE,
              Outbox.CLAIM,
              Outbox.CLAIM_ENDS_AT,
              Outbox.ATTEMPTS,
              Outbox.SINCE,
              Outbox.NEXT_ATTEMPT_AT,
              Outbox.LAST_ERROR)
          .values(
              notice.id(),
              target.notifier(),
              target.address(),
              encoded,
              OutboxEntry.State.QUEUED.wireValue(),
              0L,
              0L,
              0L,
              at,
              at,
              "")
          .execute();
    }
  }

  static OutboxEntry entry(Record row) {
    String state = row.get(Outbox.STATE);
    return new OutboxEntry(
        row.get(Outbox.NUMBER),
        new Target(row.get(Outbox.NOTIFIER), row.get(Outbox.ADDRESS)),
        JSON.readValue(row.get(Outbox.NOTICE), Notice.class),
        OutboxEntry.State.ofWireValue(state)
            .orElseThrow(() -> new IllegalStateException("no state " + state)),
        row.get(Outbox.CLAIM),
        row.get(Outbox.ATTEMPTS).intValue(),
        Instant.ofEpochMilli(row.get(Outbox.SINCE)),
        Instant.ofEpochMilli(row.get(Outbox.NEXT_ATTEMPT_AT)),
        Optional.ofNullable(row.get(Outbox.CLOSED_AT)).map(Instant::ofEpochMilli),
        row.get(Outbox.LAST_ERROR));
  }
}
