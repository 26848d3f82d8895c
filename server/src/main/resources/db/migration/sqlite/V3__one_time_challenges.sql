-- One-time challenges. mac is a keyed MAC of the value, which is kept nowhere; id begins it, in
-- hexadecimal. subject and names are DER, both absent when the challenge is bound to no identity.
-- What became of one stands in challenge_claim under the kind 'onetime': an enrollment, or 'revoked'.

CREATE TABLE onetime_challenge (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  mac BLOB NOT NULL UNIQUE,
  endpoint TEXT NOT NULL,
  subject BLOB,
  names BLOB,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  CHECK (names IS NULL OR subject IS NOT NULL)
) STRICT;

CREATE INDEX onetime_challenge_by_end ON onetime_challenge (expires_at_ms);
