-- What was moved out of the trail into files (certctl audit archive): each row says up to where. The
-- trail goes on after the greatest one, and only what stands before it may be deleted.
CREATE TABLE audit_archive (
  last_block INTEGER PRIMARY KEY,
  last_sequence INTEGER NOT NULL,
  hash BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_archive_is_not_altered BEFORE UPDATE ON audit_archive
BEGIN
  SELECT RAISE(ABORT, 'audit archives are only ever appended');
END;

CREATE TRIGGER audit_archive_is_not_deleted BEFORE DELETE ON audit_archive
BEGIN
  SELECT RAISE(ABORT, 'audit archives are only ever appended');
END;

DROP TRIGGER IF EXISTS audit_event_is_not_deleted;
DROP TRIGGER IF EXISTS audit_block_is_not_deleted;

CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
WHEN OLD.sequence > (SELECT coalesce(max(last_sequence), 0) FROM audit_archive)
BEGIN
  SELECT RAISE(ABORT, 'audit events are only ever appended');
END;

CREATE TRIGGER audit_block_is_not_deleted BEFORE DELETE ON audit_block
WHEN OLD.number > (SELECT coalesce(max(last_block), 0) FROM audit_archive)
BEGIN
  SELECT RAISE(ABORT, 'audit blocks are only ever appended');
END;
