-- What became of certificates after issuance. One row for each certificate that was ever revoked or
-- held; its history is in the audit trail.
CREATE TABLE revocation (
  issuer_id TEXT NOT NULL,
  serial TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('revoked', 'held', 'released')),
  reason INTEGER NOT NULL CHECK (reason IN (0, 1, 2, 3, 4, 5, 6, 9, 10)),
  revoked_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (issuer_id, serial),
  CHECK ((state = 'revoked') = (reason <> 6))
) STRICT, WITHOUT ROWID;

-- One row for each issuer with revocations or CRLs. It is written in the transaction of every
-- revocation, and whoever makes a CRL takes its number and the count of changes together: so a CRL
-- with a higher number never knows less than one with a lower number.
CREATE TABLE revocation_counter (
  issuer_id TEXT NOT NULL PRIMARY KEY,
  changes INTEGER NOT NULL,
  last_crl_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE crl (
  issuer_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  this_update_ms INTEGER NOT NULL,
  next_update_ms INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  signer_fingerprint BLOB NOT NULL,
  PRIMARY KEY (issuer_id, number)
) STRICT, WITHOUT ROWID;

-- The octets of CRLs, in pieces: neither writing nor serving one holds it in memory as a whole.
CREATE TABLE crl_part (
  issuer_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  part INTEGER NOT NULL,
  octets BLOB NOT NULL,
  UNIQUE (issuer_id, number, part)
) STRICT;

CREATE INDEX certificate_by_device ON certificate (device, position);
