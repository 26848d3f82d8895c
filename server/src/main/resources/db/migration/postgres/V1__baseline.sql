-- The schema that SQLite has after its migration 13; from 14 on, the numbers of both go together.
-- Times are milliseconds since 1970-01-01T00:00:00Z. Digests are 32 octets. Texts that are compared
-- by order have the collation "C", which is that of their octets.

CREATE TABLE audit_event (
  sequence bigint PRIMARY KEY,
  at_ms bigint NOT NULL,
  category text NOT NULL,
  action text NOT NULL,
  actor text NOT NULL,
  actor_type text NOT NULL,
  resource_type text NOT NULL,
  resource_id text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  endpoint text NOT NULL,
  transaction_id text NOT NULL,
  canonical bytea NOT NULL
);

CREATE INDEX audit_event_by_time ON audit_event (at_ms);
CREATE INDEX audit_event_by_resource ON audit_event (resource_id) WHERE resource_id <> '';
CREATE INDEX audit_event_by_reason ON audit_event (reason) WHERE reason <> '';
CREATE INDEX audit_event_by_connector ON audit_event (outcome, endpoint, reason, action)
  WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune');

-- Where writers leave their events: none waits for another, and none has a place in the trail yet.
-- The sealer moves them to audit_event, in the transaction in which it seals them; a transaction that
-- commits late finds its place in a later block.
CREATE TABLE audit_inbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_ms bigint NOT NULL,
  category text NOT NULL,
  action text NOT NULL,
  actor text NOT NULL,
  actor_type text NOT NULL,
  resource_type text NOT NULL,
  resource_id text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  endpoint text NOT NULL,
  transaction_id text NOT NULL,
  canonical bytea NOT NULL
);

-- The trail as readers see it: what waits in the inbox follows what is sealed, in the places that it
-- would have if it were sealed now.
CREATE VIEW audit_trail AS
  SELECT sequence, at_ms, category, action, actor, actor_type, resource_type, resource_id, outcome,
    reason, endpoint, transaction_id, canonical
  FROM audit_event
  UNION ALL
  SELECT (SELECT coalesce(max(sequence), 0) FROM audit_event) + row_number() OVER (ORDER BY id),
    at_ms, category, action, actor, actor_type, resource_type, resource_id, outcome,
    reason, endpoint, transaction_id, canonical
  FROM audit_inbox;

CREATE TABLE audit_block (
  number bigint PRIMARY KEY,
  first_sequence bigint NOT NULL UNIQUE,
  leaves bytea NOT NULL,
  previous bytea NOT NULL UNIQUE,
  sealed_at_ms bigint NOT NULL,
  key_digest bytea NOT NULL,
  hash bytea NOT NULL,
  signature bytea NOT NULL
);

-- The row that whoever seals holds a lock on.
CREATE TABLE audit_sealer (
  id integer PRIMARY KEY CHECK (id = 1)
);

INSERT INTO audit_sealer VALUES (1);

CREATE FUNCTION audit_is_only_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'restrict_violation';
END;
$$;

CREATE TRIGGER audit_event_is_not_altered BEFORE UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_event_is_not_emptied BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_inbox_is_not_altered BEFORE UPDATE ON audit_inbox
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_inbox_is_not_emptied BEFORE TRUNCATE ON audit_inbox
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_block_is_not_altered BEFORE UPDATE OR DELETE ON audit_block
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_block_is_not_emptied BEFORE TRUNCATE ON audit_block
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();

CREATE TABLE certificate (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  issuer_id text NOT NULL,
  serial text COLLATE "C" NOT NULL,
  der bytea NOT NULL,
  subject text NOT NULL,
  sans text NOT NULL,
  not_before_ms bigint NOT NULL,
  not_after_ms bigint NOT NULL,
  fingerprint bytea NOT NULL,
  key_digest bytea NOT NULL,
  endpoint text NOT NULL,
  profile_id text NOT NULL,
  device text NOT NULL,
  transaction_text text NOT NULL,
  enrollment_id text NOT NULL,
  issued_at_ms bigint NOT NULL,
  predecessor bytea,
  crl_partition bigint,
  UNIQUE (serial, issuer_id)
);

CREATE INDEX certificate_by_fingerprint ON certificate (fingerprint);
CREATE INDEX certificate_by_end ON certificate (not_after_ms, position);
CREATE INDEX certificate_by_predecessor ON certificate (predecessor) WHERE predecessor IS NOT NULL;
CREATE INDEX certificate_by_key ON certificate (key_digest, position);
CREATE INDEX certificate_by_endpoint ON certificate (endpoint, position);
CREATE INDEX certificate_by_issuer ON certificate (issuer_id, position);

-- The texts that certificates are found by (CertificateNames).
CREATE TABLE certificate_name (
  value text COLLATE "C" NOT NULL,
  position bigint NOT NULL REFERENCES certificate (position),
  PRIMARY KEY (value, position)
);

CREATE TABLE enrollment (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  endpoint text NOT NULL,
  transaction_id bytea NOT NULL,
  request_digest bytea NOT NULL,
  requester_key_digest bytea NOT NULL,
  challenge_mac bytea NOT NULL,
  serial text NOT NULL,
  approved_request bytea NOT NULL,
  facts bytea NOT NULL,
  issuer_id text NOT NULL,
  profile_id text NOT NULL,
  device text NOT NULL,
  transaction_text text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'issued', 'released')),
  at_ms bigint NOT NULL,
  closed_at_ms bigint,
  certificate_position bigint REFERENCES certificate (position),
  predecessor bytea,
  CHECK ((state = 'issued') = (certificate_position IS NOT NULL))
);

CREATE UNIQUE INDEX enrollment_open ON enrollment (endpoint, transaction_id, request_digest)
  WHERE state = 'open';
CREATE INDEX enrollment_by_request ON enrollment (request_digest, endpoint, transaction_id)
  WHERE state <> 'released';
CREATE INDEX enrollment_by_requester ON enrollment (requester_key_digest, transaction_id, endpoint)
  WHERE state <> 'released';

CREATE TABLE challenge_claim (
  kind text NOT NULL,
  claim_key bytea NOT NULL,
  enrollment_id text NOT NULL,
  expires_at_ms bigint NOT NULL,
  PRIMARY KEY (kind, claim_key)
);

CREATE INDEX challenge_claim_by_enrollment ON challenge_claim (enrollment_id);
CREATE INDEX challenge_claim_by_end ON challenge_claim (expires_at_ms);

CREATE TABLE onetime_challenge (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  mac bytea NOT NULL UNIQUE,
  endpoint text NOT NULL,
  subject bytea,
  names bytea,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  CHECK (names IS NULL OR subject IS NOT NULL)
);

CREATE INDEX onetime_challenge_by_end ON onetime_challenge (expires_at_ms);

CREATE TABLE pending_enrollment (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  endpoint text NOT NULL,
  transaction_id bytea NOT NULL,
  request_digest bytea NOT NULL,
  requester_key_digest bytea NOT NULL,
  subject_key_digest bytea NOT NULL,
  challenge_mac bytea NOT NULL,
  method text NOT NULL,
  source_address text NOT NULL,
  request bytea NOT NULL,
  facts bytea NOT NULL,
  at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'approved', 'redeemed', 'refused')),
  actor text NOT NULL DEFAULT '',
  decided_at_ms bigint NOT NULL DEFAULT 0,
  code text NOT NULL DEFAULT '',
  words text NOT NULL DEFAULT '',
  enrollment_id text,
  closed_at_ms bigint,
  CHECK ((state = 'redeemed') = (enrollment_id IS NOT NULL)),
  CHECK ((state IN ('redeemed', 'refused')) = (closed_at_ms IS NOT NULL))
);

CREATE UNIQUE INDEX pending_enrollment_open ON pending_enrollment (endpoint, transaction_id)
  WHERE state IN ('waiting', 'approved');
CREATE INDEX pending_enrollment_by_transaction ON pending_enrollment (endpoint, transaction_id);
CREATE INDEX pending_enrollment_by_source ON pending_enrollment (endpoint, source_address)
  WHERE state = 'waiting';
CREATE INDEX pending_enrollment_by_end ON pending_enrollment (expires_at_ms)
  WHERE state IN ('waiting', 'approved');
CREATE INDEX pending_enrollment_approved ON pending_enrollment (number) WHERE state = 'approved';
CREATE INDEX pending_enrollment_by_enrollment ON pending_enrollment (enrollment_id)
  WHERE enrollment_id IS NOT NULL;
CREATE INDEX pending_enrollment_closed ON pending_enrollment (closed_at_ms)
  WHERE closed_at_ms IS NOT NULL;

-- One row for each endpoint at which requests were ever queued: whoever queues one holds a lock on
-- it, so that what is counted stays true until the new entry stands.
CREATE TABLE pending_gate (
  endpoint text PRIMARY KEY
);

CREATE TABLE ca_generation (
  number bigint PRIMARY KEY CHECK (number >= 2),
  fingerprint bytea NOT NULL,
  subject text NOT NULL,
  prepared_at_ms bigint NOT NULL,
  activate_at_ms bigint,
  switched_at_ms bigint,
  cancelled_at_ms bigint,
  CHECK (switched_at_ms IS NULL OR cancelled_at_ms IS NULL),
  CHECK (switched_at_ms IS NULL OR activate_at_ms IS NOT NULL)
);

CREATE UNIQUE INDEX ca_generation_pending ON ca_generation ((switched_at_ms IS NULL))
  WHERE switched_at_ms IS NULL AND cancelled_at_ms IS NULL;

CREATE TABLE revocation (
  issuer_id text NOT NULL,
  serial text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('revoked', 'held', 'released')),
  reason bigint NOT NULL CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10)),
  revoked_at_ms bigint NOT NULL,
  changed_at_ms bigint NOT NULL,
  not_after_ms bigint NOT NULL,
  actor text NOT NULL,
  note text NOT NULL,
  position bigint,
  crl_partition bigint,
  change bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (issuer_id, serial),
  CHECK ((state = 'revoked') = (reason <> 6))
);

CREATE INDEX revocation_by_state ON revocation (state, position);
CREATE INDEX revocation_by_change ON revocation (issuer_id, change);
CREATE INDEX revocation_of_partition ON revocation (issuer_id, crl_partition, serial)
  WHERE crl_partition IS NOT NULL;
CREATE INDEX revocation_of_partition_by_change ON revocation (issuer_id, crl_partition, change)
  WHERE crl_partition IS NOT NULL;

-- The URLs of partitions that stand in certificates, and the end of the last such certificate,
-- rounded up to the next day.
CREATE TABLE crl_partition (
  issuer_id text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  location text NOT NULL,
  last_end_ms bigint NOT NULL,
  PRIMARY KEY (issuer_id, number, location)
);

-- Written first in the transaction of every revocation, so that revocations of one issuer wait for
-- each other, and whoever makes a CRL finds all changes that are counted.
CREATE TABLE revocation_counter (
  issuer_id text PRIMARY KEY,
  changes bigint NOT NULL
);

-- Complete and delta CRLs of one scope share a sequence of numbers; partition 0 is the whole.
CREATE TABLE crl_counter (
  issuer_id text NOT NULL,
  crl_partition bigint NOT NULL,
  last_number bigint NOT NULL,
  PRIMARY KEY (issuer_id, crl_partition)
);

-- distribution_point: the URLs in issuingDistributionPoint, one a line; freshest: that of the delta
-- CRL; both empty when there is no such extension. A complete CRL stays until its end, because a
-- delta may have it for its base; its octets do not.
CREATE TABLE crl (
  issuer_id text NOT NULL,
  crl_partition bigint NOT NULL,
  is_delta bigint NOT NULL CHECK (is_delta IN (0, 1)),
  number bigint NOT NULL,
  base_number bigint,
  this_update_ms bigint NOT NULL,
  next_update_ms bigint NOT NULL,
  changes bigint NOT NULL,
  entries bigint NOT NULL,
  parts bigint NOT NULL,
  size_bytes bigint NOT NULL,
  signer_fingerprint bytea NOT NULL,
  distribution_point text NOT NULL,
  freshest text NOT NULL,
  PRIMARY KEY (issuer_id, crl_partition, is_delta, number),
  CHECK ((is_delta = 1) = (base_number IS NOT NULL))
);

CREATE TABLE crl_part (
  issuer_id text NOT NULL,
  crl_partition bigint NOT NULL,
  is_delta bigint NOT NULL CHECK (is_delta IN (0, 1)),
  number bigint NOT NULL,
  part bigint NOT NULL,
  octets bytea NOT NULL,
  PRIMARY KEY (issuer_id, crl_partition, is_delta, number, part)
);

-- Notices on their way out, one row for each target of each; claim grows with each worker that takes
-- the row, so that one that stalled cannot speak for it.
CREATE TABLE notice_outbox (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL,
  notifier text NOT NULL,
  address text NOT NULL,
  notice bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'delivered', 'dead')),
  claim bigint NOT NULL,
  claim_ends_at_ms bigint NOT NULL,
  attempts bigint NOT NULL,
  since_ms bigint NOT NULL,
  next_attempt_at_ms bigint NOT NULL,
  closed_at_ms bigint,
  last_error text NOT NULL,
  UNIQUE (id, notifier, address),
  CHECK ((state = 'queued') = (closed_at_ms IS NULL))
);

CREATE INDEX notice_outbox_due ON notice_outbox (notifier, next_attempt_at_ms)
  WHERE state = 'queued';
CREATE INDEX notice_outbox_by_state ON notice_outbox (state, number);

-- Which certificates of the server itself were told of before their end, and how long before.
CREATE TABLE expiry_told (
  fingerprint bytea NOT NULL,
  threshold_ms bigint NOT NULL,
  not_after_ms bigint NOT NULL,
  at_ms bigint NOT NULL,
  PRIMARY KEY (fingerprint, threshold_ms)
);

-- How far things have come that happen once.
CREATE TABLE expiry_mark (
  name text PRIMARY KEY,
  at_ms bigint NOT NULL
);
