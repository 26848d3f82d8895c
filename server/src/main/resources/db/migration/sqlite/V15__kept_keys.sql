-- Keys that all nodes share: PKCS #8 sealed under CERTCTL_CONFIG_ENCRYPTION_KEY, which is not in the
-- database. Of several nodes that make the next key of a scope at once, the primary key lets one win.
CREATE TABLE kept_key (
  scope TEXT NOT NULL,
  number INTEGER NOT NULL,
  certificate BLOB NOT NULL,
  sealed_key BLOB NOT NULL,
  announced_at_ms INTEGER,
  PRIMARY KEY (scope, number)
) STRICT;

-- Values that whichever node notes first: the sealed key of the MACs of challenges, what tells a node
-- that it has another encryption key, since when an RA is supplied.
CREATE TABLE kept_value (
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (scope, name)
) STRICT;
