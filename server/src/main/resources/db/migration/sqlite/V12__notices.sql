-- Notices on their way out, one row for each target of each. They come in within the transaction that
-- they tell of. An id is given to the other side, so that what comes twice can be told from what is
-- new; claim grows with each worker that takes the row, so that one that stalled cannot speak for it.
CREATE TABLE notice_outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  notifier TEXT NOT NULL,
  address TEXT NOT NULL,
  notice BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
  claim INTEGER NOT NULL,
  claim_ends_at_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  next_attempt_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER,
  last_error TEXT NOT NULL,
  UNIQUE (id, notifier, address),
  CHECK ((state = 'queued') = (closed_at_ms IS NULL))
) STRICT;

CREATE INDEX notice_outbox_due ON notice_outbox (notifier, next_attempt_at_ms)
  WHERE state = 'queued';
CREATE INDEX notice_outbox_by_state ON notice_outbox (state, number);

-- Which certificates of the server itself were told of before their end, and how long before.
CREATE TABLE expiry_told (
  fingerprint BLOB NOT NULL,
  threshold_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (fingerprint, threshold_ms)
) STRICT, WITHOUT ROWID;

-- How far things have come that happen once: until which end issued certificates were told of, by
-- threshold, and when that, and the digest, was last done.
CREATE TABLE expiry_mark (
  name TEXT NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
