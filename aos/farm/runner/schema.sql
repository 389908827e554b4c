-- A manifest that was taken in; it never changes.
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  run_id TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  manifest TEXT NOT NULL,
  UNIQUE (tenant, run_id, pipe_id)
) STRICT;
CREATE TRIGGER IF NOT EXISTS jobs_stay BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs are append-only'); END;
CREATE TRIGGER IF NOT EXISTS jobs_last BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs are append-only'); END;

-- How far it is. `report` is what is told of it; `ready_at` (ms) holds back a job that still collects; `sent`: DCL has
-- answered every chunk, what is left is the check.
CREATE TABLE IF NOT EXISTS progress (
  job INTEGER PRIMARY KEY REFERENCES jobs (id),
  state TEXT NOT NULL,
  ready_at INTEGER NOT NULL,
  spent_ms INTEGER NOT NULL,
  sent INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS progress_open ON progress (job) WHERE state IN ('queued', 'running');

-- A chunk as it is pushed: `first` is its first row's number in the run, `hashes` 16 bytes a row, `digest` the body's
-- SHA-256. The body lies here until DCL has answered; then its answer does.
CREATE TABLE IF NOT EXISTS chunks (
  job INTEGER NOT NULL REFERENCES jobs (id),
  batch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  schema_hash TEXT NOT NULL,
  digest BLOB NOT NULL,
  hashes BLOB NOT NULL,
  body BLOB,
  answer TEXT,
  PRIMARY KEY (job, batch)
) STRICT;
-- The hashes are the truth that recon compares with: nobody moves it afterwards.
CREATE TRIGGER IF NOT EXISTS chunks_stay
BEFORE UPDATE OF job, batch, first, rows, schema_hash, digest, hashes ON chunks
BEGIN SELECT RAISE(ABORT, 'what was sent stays as it was'); END;
CREATE TRIGGER IF NOT EXISTS chunks_last BEFORE DELETE ON chunks
BEGIN SELECT RAISE(ABORT, 'what was sent stays as it was'); END;

-- What was posted to a webhook job: `rows` rows as a JSON list. `delivery` is the sender's idempotency key.
CREATE TABLE IF NOT EXISTS inbox (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs (id),
  rows INTEGER NOT NULL,
  body BLOB NOT NULL,
  delivery TEXT,
  UNIQUE (job, delivery)
) STRICT;

-- Every verdict of recon, the newest last.
CREATE TABLE IF NOT EXISTS verdicts (
  id INTEGER PRIMARY KEY,
  job INTEGER NOT NULL REFERENCES jobs (id),
  verdict TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS verdicts_stay BEFORE UPDATE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
CREATE TRIGGER IF NOT EXISTS verdicts_last BEFORE DELETE ON verdicts
BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
CREATE INDEX IF NOT EXISTS verdicts_of_job ON verdicts (job, id);
