-- The texts that certificates are found by: common name, subject, subject alternative names, device
-- and transaction, in the form of comparison (CertificateNames); which of them it is, the certificate
-- itself tells. Those of one certificate are alike, so that they share a page: with the index of
-- devices, which this one replaces, gone, an enrollment costs one random page more than before, that
-- of its transaction. Filled for the certificates there are by V10.
CREATE TABLE certificate_name (
  value TEXT NOT NULL,
  position INTEGER NOT NULL REFERENCES certificate (position),
  PRIMARY KEY (value, position)
) STRICT, WITHOUT ROWID;

DROP INDEX certificate_by_device;

-- These grow at their ends, which are in memory anyhow.
CREATE INDEX certificate_by_endpoint ON certificate (endpoint);
CREATE INDEX certificate_by_issuer ON certificate (issuer_id);

-- So that what is revoked or held is found in the order of issuance.
ALTER TABLE revocation ADD COLUMN position INTEGER;

UPDATE revocation SET position = (
  SELECT certificate.position FROM certificate
  WHERE certificate.serial = revocation.serial AND certificate.issuer_id = revocation.issuer_id);

CREATE INDEX revocation_by_state ON revocation (state, position);
