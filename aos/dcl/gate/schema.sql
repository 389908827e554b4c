-- A pipe of a tenant, by a number that everything else carries.
CREATE TABLE IF NOT EXISTS pipes (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  UNIQUE (tenant, pipe_id)
) STRICT;

-- An export as it was taken. `stated` is its own timestamp, `at_ms` when it came.
CREATE TABLE IF NOT EXISTS exports (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  aod_run_id TEXT,
  stated TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS exports_of_aod_run ON exports (tenant, aod_run_id);

-- A version of a pipe's structure; a new one only where something changed. Versions count from 1 without a gap.
CREATE TABLE IF NOT EXISTS blueprints (
  pipe INTEGER NOT NULL REFERENCES pipes (id),
  version INTEGER NOT NULL,
  export INTEGER NOT NULL REFERENCES exports (id),
  plane_type TEXT NOT NULL,
  connection TEXT NOT NULL,
  PRIMARY KEY (pipe, version)
) STRICT, WITHOUT ROWID;

-- Which version of which pipe an export named, also where nothing had changed.
CREATE TABLE IF NOT EXISTS exported (
  export INTEGER NOT NULL REFERENCES exports (id),
  pipe INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (export, pipe)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS exported_by_pipe ON exported (pipe, export);

-- Content that came for a pipe which is not there, by who sent it. Counts alone: nothing of it is kept.
CREATE TABLE IF NOT EXISTS orphans (
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  key_id TEXT NOT NULL,
  refused INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  pipe_id TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, sender, key_id)
) STRICT, WITHOUT ROWID;

-- Structure is appended and never touched again. The guards on INSERT stop INSERT OR REPLACE too, which deletes without
-- asking the trigger on DELETE where recursive triggers are off.
CREATE TRIGGER IF NOT EXISTS pipes_no_update BEFORE UPDATE ON pipes
BEGIN SELECT RAISE(ABORT, 'pipes are append-only'); END;
CREATE TRIGGER IF NOT EXISTS pipes_no_delete BEFORE DELETE ON pipes
BEGIN SELECT RAISE(ABORT, 'pipes are append-only'); END;
CREATE TRIGGER IF NOT EXISTS pipes_no_replace BEFORE INSERT ON pipes
WHEN EXISTS (SELECT 1 FROM pipes WHERE id = NEW.id OR (tenant = NEW.tenant AND pipe_id = NEW.pipe_id))
BEGIN SELECT RAISE(ABORT, 'pipes are append-only'); END;
CREATE TRIGGER IF NOT EXISTS blueprints_no_update BEFORE UPDATE ON blueprints
BEGIN SELECT RAISE(ABORT, 'blueprints are append-only'); END;
CREATE TRIGGER IF NOT EXISTS blueprints_no_delete BEFORE DELETE ON blueprints
BEGIN SELECT RAISE(ABORT, 'blueprints are append-only'); END;
CREATE TRIGGER IF NOT EXISTS blueprints_in_order BEFORE INSERT ON blueprints
WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM blueprints WHERE pipe = NEW.pipe)
BEGIN SELECT RAISE(ABORT, 'blueprints are append-only: the next version is due'); END;
CREATE TRIGGER IF NOT EXISTS exports_no_update BEFORE UPDATE ON exports
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
CREATE TRIGGER IF NOT EXISTS exports_no_delete BEFORE DELETE ON exports
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
CREATE TRIGGER IF NOT EXISTS exports_no_replace BEFORE INSERT ON exports
WHEN EXISTS (SELECT 1 FROM exports WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
CREATE TRIGGER IF NOT EXISTS exported_no_update BEFORE UPDATE ON exported
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
CREATE TRIGGER IF NOT EXISTS exported_no_delete BEFORE DELETE ON exported
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
CREATE TRIGGER IF NOT EXISTS exported_no_replace BEFORE INSERT ON exported
WHEN EXISTS (SELECT 1 FROM exported WHERE export = NEW.export AND pipe = NEW.pipe)
BEGIN SELECT RAISE(ABORT, 'exports are append-only'); END;
