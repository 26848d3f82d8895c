-- Third: the table becomes the first partition as it is. Later ones are made ahead by the server; what comes when
-- there is none is in audit_event_rest.
ALTER TABLE audit_event RENAME TO audit_event_first;
ALTER INDEX audit_event_pkey RENAME TO audit_event_first_pkey;
ALTER INDEX audit_event_by_time RENAME TO audit_event_first_by_time;
ALTER INDEX audit_event_by_resource RENAME TO audit_event_first_by_resource;
ALTER INDEX audit_event_by_reason RENAME TO audit_event_first_by_reason;
ALTER INDEX audit_event_by_connector RENAME TO audit_event_first_by_connector;
DROP TRIGGER audit_event_is_not_altered ON audit_event_first;
DROP TRIGGER audit_event_is_not_deleted ON audit_event_first;

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
) PARTITION BY RANGE (sequence);

CREATE INDEX audit_event_by_time ON audit_event (at_ms);
CREATE INDEX audit_event_by_resource ON audit_event (resource_id) WHERE resource_id <> '';
CREATE INDEX audit_event_by_reason ON audit_event (reason) WHERE reason <> '';
CREATE INDEX audit_event_by_connector ON audit_event (outcome, endpoint, reason, action)
  WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune');

-- Each partition has these two, too; the third, for TRUNCATE, is to be made with each.
CREATE TRIGGER audit_event_is_not_altered BEFORE UPDATE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended();
CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_event_is_archived();
CREATE TRIGGER audit_event_is_not_emptied BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();

DO $$
BEGIN
  EXECUTE format(
    'ALTER TABLE audit_event ATTACH PARTITION audit_event_first FOR VALUES FROM (MINVALUE) TO (%s)',
    (SELECT substring(pg_get_constraintdef(oid) FROM '[0-9]+') FROM pg_constraint
      WHERE conrelid = CAST('audit_event_first' AS regclass) AND conname = 'audit_event_first_range'));
END;
$$;
ALTER TABLE audit_event_first DROP CONSTRAINT audit_event_first_range;

CREATE TABLE audit_event_rest PARTITION OF audit_event DEFAULT;
CREATE TRIGGER audit_event_is_not_emptied BEFORE TRUNCATE ON audit_event_rest
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_only_appended();

-- The same as before; it still meant the table that is the first partition now.
CREATE OR REPLACE VIEW audit_trail AS
  SELECT sequence, at_ms, category, action, actor, actor_type, resource_type, resource_id, outcome,
    reason, endpoint, transaction_id, canonical
  FROM audit_event
  UNION ALL
  SELECT (SELECT coalesce(max(sequence), 0) FROM audit_event) + row_number() OVER (ORDER BY id),
    at_ms, category, action, actor, actor_type, resource_type, resource_id, outcome,
    reason, endpoint, transaction_id, canonical
  FROM audit_inbox;
