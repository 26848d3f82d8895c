-- In three steps, so that nobody waits for long, audit_event becomes the first part of a table that is
-- partitioned by ranges of the sequence number. First: all that is there, and at least ten million more, is below
-- a bound.
DO $$
BEGIN
  EXECUTE format(
    'ALTER TABLE audit_event ADD CONSTRAINT audit_event_first_range CHECK (sequence < %s) NOT VALID',
    ((SELECT coalesce(max(sequence), 0) FROM audit_event) / 10000000 + 2) * 10000000);
END;
$$;
