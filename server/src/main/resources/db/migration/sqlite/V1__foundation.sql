-- Times are milliseconds since 1970-01-01T00:00:00Z. Digests are 32 octets.

CREATE TABLE audit_event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  category TEXT NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_type TEXT NOT NULL,
  resource_type TEXT NOT NULL,
  resource_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  canonical BLOB NOT NULL
) STRICT;

CREATE INDEX audit_event_by_time ON audit_event (at_ms);
CREATE INDEX audit_event_by_resource ON audit_event (resource_id) WHERE resource_id <> '';
CREATE INDEX audit_event_by_reason ON audit_event (reason) WHERE reason <> '';

CREATE TRIGGER audit_event_is_not_altered BEFORE UPDATE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit events are only ever appended');
END;

CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit events are only ever appended');
END;

CREATE TABLE audit_block (
  number INTEGER PRIMARY KEY,
  first_sequence INTEGER NOT NULL UNIQUE,
  leaves BLOB NOT NULL,
  previous BLOB NOT NULL,
  sealed_at_ms INTEGER NOT NULL,
  key_digest BLOB NOT NULL,
  hash BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_block_is_not_altered BEFORE UPDATE ON audit_block
BEGIN
  SELECT RAISE(ABORT, 'audit blocks are only ever appended');
END;

CREATE TRIGGER audit_block_is_not_deleted BEFORE DELETE ON audit_block
BEGIN
  SELECT RAISE(ABORT, 'audit blocks are only ever appended');
END;

CREATE TABLE certificate (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer_id TEXT NOT NULL,
  serial TEXT NOT NULL,
  der BLOB NOT NULL,
  subject TEXT NOT NULL,
  sans TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  fingerprint BLOB NOT NULL,
  key_digest BLOB NOT NULL,
  endpoint TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  device TEXT NOT NULL,
  transaction_text TEXT NOT NULL,
  enrollment_id TEXT NOT NULL,
  issued_at_ms INTEGER NOT NULL,
  UNIQUE (serial, issuer_id)
) STRICT;

CREATE INDEX certificate_by_fingerprint ON certificate (fingerprint);
CREATE INDEX certificate_by_end ON certificate (not_after_ms);

CREATE TABLE enrollment (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  endpoint TEXT NOT NULL,
  transaction_id BLOB NOT NULL,
  request_digest BLOB NOT NULL,
  requester_key_digest BLOB NOT NULL,
  challenge_mac BLOB NOT NULL,
  serial TEXT NOT NULL,
  approved_request BLOB NOT NULL,
  facts BLOB NOT NULL,
  issuer_id TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  device TEXT NOT NULL,
  transaction_text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'issued', 'released')),
  at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER,
  certificate_position INTEGER REFERENCES certificate (position),
  CHECK ((state = 'issued') = (certificate_position IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX enrollment_open ON enrollment (endpoint, transaction_id, request_digest)
  WHERE state = 'open';
CREATE INDEX enrollment_by_request ON enrollment (request_digest)
  WHERE state <> 'released';

CREATE TABLE challenge_claim (
  kind TEXT NOT NULL,
  claim_key BLOB NOT NULL,
  enrollment_id TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, claim_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX challenge_claim_by_enrollment ON challenge_claim (enrollment_id);
CREATE INDEX challenge_claim_by_end ON challenge_claim (expires_at_ms);
