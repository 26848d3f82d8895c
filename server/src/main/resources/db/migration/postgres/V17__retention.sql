-- Up to where records were removed because their time was over (CERTCTL_RETENTION_…): of certificates,
-- the latest end among them; of enrollments, when the last of them was decided.
CREATE TABLE removed_until (
  records text PRIMARY KEY,
  at_ms bigint NOT NULL
);

-- To check them, both tables would be read as a whole for each certificate that is removed, and a
-- certificate be locked for each of its names. What refers to a certificate is written, and removed, in
-- one transaction with it.
ALTER TABLE certificate_name DROP CONSTRAINT certificate_name_position_fkey;
ALTER TABLE enrollment DROP CONSTRAINT enrollment_certificate_position_fkey;
