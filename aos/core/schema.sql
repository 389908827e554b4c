-- Keys of the API: hashes only; the plain ones are shown once.
CREATE TABLE IF NOT EXISTS api_keys (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('operator', 'viewer', 'service')),
  tenant TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL
) STRICT;
