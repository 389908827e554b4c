-- Keys of the API: hashes only; the plain ones are shown once.
CREATE TABLE IF NOT EXISTS api_keys (
  id TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('operator', 'viewer', 'service')),
  tenant TEXT NOT NULL,
  digest BLOB NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL
) STRICT;

-- Sessions of browsers: the hash of the cookie's token. A session lasts no longer than the key it was made with.
CREATE TABLE IF NOT EXISTS sessions (
  digest BLOB PRIMARY KEY,
  key_id TEXT NOT NULL,
  key_digest BLOB NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('operator', 'viewer')),
  tenant TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL
) STRICT;
