-- A run's content of a pipe (or of a pipe of a stream: see `streamed`). `fields` is JSON: the JSON types that each field
-- had, and where the rows drifted from the blueprint. Times in milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY,
  pipe INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  dcl_run_id TEXT NOT NULL UNIQUE,
  source_system TEXT NOT NULL,
  snapshot_name TEXT,
  run_timestamp TEXT NOT NULL,
  rows INTEGER NOT NULL DEFAULT 0,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  fields TEXT NOT NULL DEFAULT '{}',
  UNIQUE (pipe, run_id)
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of_run_id ON runs (run_id);
CREATE INDEX IF NOT EXISTS runs_of_snapshot ON runs (snapshot_name);

-- A pushed chunk: the digest of its body, and the answer that was given, so that a repeat gets the same one.
CREATE TABLE IF NOT EXISTS chunks (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id),
  batch TEXT NOT NULL,
  rows INTEGER NOT NULL,
  ingest_ms INTEGER NOT NULL,
  digest BLOB NOT NULL,
  answer BLOB NOT NULL,
  UNIQUE (run, batch)
) STRICT;

-- A row as it came, as JSON text whose keys need no unescaping where any JSON can say that. Its key is its chunk's number
-- times 2**20, plus its place there. Nothing of a blueprint stands here.
CREATE TABLE IF NOT EXISTS rows (
  id INTEGER PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Which source of a stream filed records under which pipe.
CREATE TABLE IF NOT EXISTS streamed (
  pipe INTEGER NOT NULL,
  source INTEGER NOT NULL REFERENCES sources (id),
  rows INTEGER NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (pipe, source)
) STRICT, WITHOUT ROWID;

-- Records that were filed behind a later one of their source, so that readers which go on from a position find them.
CREATE TABLE IF NOT EXISTS late_records (
  seq INTEGER PRIMARY KEY,
  record INTEGER NOT NULL
) STRICT;

-- What was taken stays as it was. On INSERT there is no guard: replacing a row deletes it first, and the writer's
-- connection has recursive triggers on.
CREATE TRIGGER IF NOT EXISTS rows_no_update BEFORE UPDATE ON rows
BEGIN SELECT RAISE(ABORT, 'rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS rows_no_delete BEFORE DELETE ON rows
BEGIN SELECT RAISE(ABORT, 'rows are append-only'); END;
CREATE TRIGGER IF NOT EXISTS chunks_no_update BEFORE UPDATE ON chunks
BEGIN SELECT RAISE(ABORT, 'chunks are append-only'); END;
CREATE TRIGGER IF NOT EXISTS chunks_no_delete BEFORE DELETE ON chunks
BEGIN SELECT RAISE(ABORT, 'chunks are append-only'); END;
