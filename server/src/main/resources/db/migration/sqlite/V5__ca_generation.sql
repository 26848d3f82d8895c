-- CAs that were prepared to take the place of the one before. The first CA of a server is named by
-- its configuration and has no row. Which one issues follows from these rows and the clock.
CREATE TABLE ca_generation (
  number INTEGER PRIMARY KEY CHECK (number >= 2),
  fingerprint BLOB NOT NULL,
  subject TEXT NOT NULL,
  prepared_at_ms INTEGER NOT NULL,
  activate_at_ms INTEGER,
  switched_at_ms INTEGER,
  cancelled_at_ms INTEGER,
  CHECK (switched_at_ms IS NULL OR cancelled_at_ms IS NULL),
  CHECK (switched_at_ms IS NULL OR activate_at_ms IS NOT NULL)
) STRICT;

-- At most one waits for its time.
CREATE UNIQUE INDEX ca_generation_pending ON ca_generation ((switched_at_ms IS NULL))
  WHERE switched_at_ms IS NULL AND cancelled_at_ms IS NULL;
