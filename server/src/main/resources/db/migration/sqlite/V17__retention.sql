-- Up to where records were removed because their time was over (CERTCTL_RETENTION_…): of certificates,
-- the latest end among them; of enrollments, when the last of them was decided.
--
-- The references from certificate_name and enrollment to certificate are not enforced from this version on: that
-- would read both tables as a whole for each certificate that is removed. What refers to a certificate is
-- written, and removed, in one transaction with it; PRAGMA foreign_key_check says whether it is so.
CREATE TABLE removed_until (
  records TEXT NOT NULL PRIMARY KEY,
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
