-- The CRL of a partition that the certificate names; none: it names the CRL of all, or no CRL.
ALTER TABLE certificate ADD COLUMN crl_partition INTEGER;

-- change: what the counter of the issuer said after the last change of this row, so that a delta CRL
-- finds what has changed since its base. 0: before there was such a column.
ALTER TABLE revocation ADD COLUMN crl_partition INTEGER;
ALTER TABLE revocation ADD COLUMN change INTEGER NOT NULL DEFAULT 0;

CREATE INDEX revocation_by_change ON revocation (issuer_id, change);
CREATE INDEX revocation_of_partition ON revocation (issuer_id, crl_partition, serial)
  WHERE crl_partition IS NOT NULL;
CREATE INDEX revocation_of_partition_by_change ON revocation (issuer_id, crl_partition, change)
  WHERE crl_partition IS NOT NULL;

-- The URLs of partitions that stand in certificates, and the end of the last such certificate,
-- rounded up to the next day.
CREATE TABLE crl_partition (
  issuer_id TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  location TEXT NOT NULL,
  last_end_ms INTEGER NOT NULL,
  PRIMARY KEY (issuer_id, number, location)
) STRICT, WITHOUT ROWID;

-- Complete and delta CRLs of one scope share a sequence of numbers; partition 0 is the whole.
CREATE TABLE crl_counter (
  issuer_id TEXT NOT NULL,
  crl_partition INTEGER NOT NULL,
  last_number INTEGER NOT NULL,
  PRIMARY KEY (issuer_id, crl_partition)
) STRICT, WITHOUT ROWID;

INSERT INTO crl_counter
  SELECT issuer_id, 0, last_crl_number FROM revocation_counter WHERE last_crl_number > 0;

ALTER TABLE revocation_counter DROP COLUMN last_crl_number;

-- distribution_point: the URLs in issuingDistributionPoint, one a line; freshest: that of the delta
-- CRL; both empty when there is no such extension. A complete CRL stays until its end, because a
-- delta may have it for its base; its octets do not.
CREATE TABLE crl_new (
  issuer_id TEXT NOT NULL,
  crl_partition INTEGER NOT NULL,
  is_delta INTEGER NOT NULL CHECK (is_delta IN (0, 1)),
  number INTEGER NOT NULL,
  base_number INTEGER,
  this_update_ms INTEGER NOT NULL,
  next_update_ms INTEGER NOT NULL,
  changes INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  signer_fingerprint BLOB NOT NULL,
  distribution_point TEXT NOT NULL,
  freshest TEXT NOT NULL,
  PRIMARY KEY (issuer_id, crl_partition, is_delta, number),
  CHECK ((is_delta = 1) = (base_number IS NOT NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO crl_new
  SELECT issuer_id, 0, 0, number, NULL, this_update_ms, next_update_ms, changes, entries, parts,
         size_bytes, signer_fingerprint, '', ''
  FROM crl;

DROP TABLE crl;
ALTER TABLE crl_new RENAME TO crl;

CREATE TABLE crl_part_new (
  issuer_id TEXT NOT NULL,
  crl_partition INTEGER NOT NULL,
  is_delta INTEGER NOT NULL CHECK (is_delta IN (0, 1)),
  number INTEGER NOT NULL,
  part INTEGER NOT NULL,
  octets BLOB NOT NULL,
  UNIQUE (issuer_id, crl_partition, is_delta, number, part)
) STRICT;

INSERT INTO crl_part_new
  SELECT issuer_id, 0, 0, number, part, octets FROM crl_part;

DROP TABLE crl_part;
ALTER TABLE crl_part_new RENAME TO crl_part;
