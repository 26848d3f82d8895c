-- What was moved out of the trail into files (certctl audit archive): each row says up to where. The
-- trail goes on after the greatest one, and only what stands before it may be deleted.
CREATE TABLE audit_archive (
  last_block bigint PRIMARY KEY,
  last_sequence bigint NOT NULL,
  hash bytea NOT NULL,
  at_ms bigint NOT NULL
);

CREATE TRIGGER audit_archive_is_not_altered BEFORE UPDATE OR DELETE ON audit_archive
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_archive_is_not_emptied BEFORE TRUNCATE ON audit_archive
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();

CREATE FUNCTION audit_event_is_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sequence > (SELECT coalesce(max(last_sequence), 0) FROM audit_archive) THEN
    RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END;
$$;

CREATE FUNCTION audit_block_is_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.number > (SELECT coalesce(max(last_block), 0) FROM audit_archive) THEN
    RAISE EXCEPTION 'the audit trail is only ever appended to' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END;
$$;

DROP TRIGGER audit_event_is_not_altered ON audit_event;
CREATE TRIGGER audit_event_is_not_altered BEFORE UPDATE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_event_is_archived();

DROP TRIGGER audit_block_is_not_altered ON audit_block;
CREATE TRIGGER audit_block_is_not_altered BEFORE UPDATE ON audit_block
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_block_is_not_deleted BEFORE DELETE ON audit_block
  FOR EACH ROW EXECUTE FUNCTION audit_block_is_archived();
