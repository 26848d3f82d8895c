-- Requests that wait for a human. The challenge is not in here: `request` is the PKCS#10 without it.

CREATE TABLE pending_enrollment (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  endpoint TEXT NOT NULL,
  transaction_id BLOB NOT NULL,
  request_digest BLOB NOT NULL,
  requester_key_digest BLOB NOT NULL,
  subject_key_digest BLOB NOT NULL,
  challenge_mac BLOB NOT NULL,
  method TEXT NOT NULL,
  source_address TEXT NOT NULL,
  request BLOB NOT NULL,
  facts BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'redeemed', 'refused')),
  actor TEXT NOT NULL DEFAULT '',
  decided_at_ms INTEGER NOT NULL DEFAULT 0,
  code TEXT NOT NULL DEFAULT '',
  words TEXT NOT NULL DEFAULT '',
  enrollment_id TEXT,
  closed_at_ms INTEGER,
  CHECK ((state = 'redeemed') = (enrollment_id IS NOT NULL)),
  CHECK ((state IN ('redeemed', 'refused')) = (closed_at_ms IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX pending_enrollment_open ON pending_enrollment (endpoint, transaction_id)
  WHERE state IN ('waiting', 'approved');
CREATE INDEX pending_enrollment_by_transaction ON pending_enrollment (endpoint, transaction_id);
CREATE INDEX pending_enrollment_by_source ON pending_enrollment (endpoint, source_address)
  WHERE state = 'waiting';
CREATE INDEX pending_enrollment_by_end ON pending_enrollment (expires_at_ms)
  WHERE state = 'waiting';
CREATE INDEX pending_enrollment_approved ON pending_enrollment (number) WHERE state = 'approved';
CREATE INDEX pending_enrollment_by_enrollment ON pending_enrollment (enrollment_id)
  WHERE enrollment_id IS NOT NULL;
CREATE INDEX pending_enrollment_closed ON pending_enrollment (closed_at_ms)
  WHERE closed_at_ms IS NOT NULL;

-- A poll names no request, only the transaction and, by its signature, the requester. One index for
-- messages and polls: each random one costs every enrollment a page.
DROP INDEX enrollment_by_request;

CREATE INDEX enrollment_by_transaction ON enrollment (transaction_id, request_digest)
  WHERE state <> 'released';
