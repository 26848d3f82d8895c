-- The fingerprint of the certificate that a renewal was authorised by.
ALTER TABLE enrollment ADD COLUMN predecessor BLOB;
ALTER TABLE certificate ADD COLUMN predecessor BLOB;

CREATE INDEX certificate_by_predecessor ON certificate (predecessor)
  WHERE predecessor IS NOT NULL;

-- Is a key certified for somebody else?
CREATE INDEX certificate_by_key ON certificate (key_digest);
