-- A source: one connector at one canonical target.
CREATE TABLE IF NOT EXISTS sources (
  id INTEGER PRIMARY KEY,
  connector_id TEXT NOT NULL,
  target TEXT NOT NULL,
  UNIQUE (connector_id, target)
) STRICT;

-- A record, keyed by its source's id and its position there in one number, so that a second delivery finds itself
-- and inserts go to the end of the tree.
CREATE TABLE IF NOT EXISTS records (
  id INTEGER PRIMARY KEY,
  trace_id TEXT NOT NULL,
  config_gen INTEGER NOT NULL,
  is_repaired INTEGER NOT NULL,
  ingest_ts INTEGER NOT NULL,
  filed_ms INTEGER NOT NULL,
  payload TEXT NOT NULL
) STRICT;

-- A refused line with its exact bytes; same key as a record of that position would have. It is never deleted.
-- Its further columns are added by statements of queries.sql, so that a database of an earlier version has them too.
CREATE TABLE IF NOT EXISTS quarantine (
  id INTEGER PRIMARY KEY,
  connector_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  refusal TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
