-- Who is there: one row for each process that serves. Times are those of the database's clock, but for
-- started_at_ms.
CREATE TABLE cluster_node (
  id text PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  started_at_ms bigint NOT NULL,
  seen_at_ms bigint NOT NULL,
  clock_ahead_ms bigint NOT NULL,
  parts text NOT NULL,
  reloaded bigint NOT NULL
);

-- Who leads what. The fence grows each time that another node takes the lease. It stands in a unique
-- key, so that changing it has to wait for whoever holds a FOR KEY SHARE lock, and prolonging the
-- lease has not.
CREATE TABLE cluster_lease (
  work text PRIMARY KEY,
  holder text NOT NULL,
  fence bigint NOT NULL,
  ends_at_ms bigint NOT NULL,
  UNIQUE (work, fence)
);

-- What all nodes must hear of.
CREATE TABLE cluster_signal (
  name text PRIMARY KEY,
  number bigint NOT NULL,
  node text NOT NULL,
  actor text NOT NULL
);

-- The process that has begun an enrollment and is to finish it.
ALTER TABLE enrollment ADD COLUMN node text NOT NULL DEFAULT '';
