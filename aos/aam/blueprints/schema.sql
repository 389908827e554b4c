-- Each discovery run as it was handed over, in each tenant.
CREATE TABLE IF NOT EXISTS handoffs (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  aod_run_id TEXT NOT NULL,
  namespace TEXT NOT NULL,
  snapshot_name TEXT,
  received_at INTEGER NOT NULL
) STRICT;

-- Versions of pipes, with the candidate that each was made of (both JSON).
CREATE TABLE IF NOT EXISTS pipes (
  tenant TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  declared_at INTEGER NOT NULL,
  namespace TEXT NOT NULL,
  vendor TEXT NOT NULL,
  resource TEXT NOT NULL,
  category TEXT NOT NULL,
  plane_type TEXT NOT NULL,
  governance_status TEXT NOT NULL,
  exportable INTEGER NOT NULL,
  declaration TEXT NOT NULL,
  candidate TEXT NOT NULL,
  PRIMARY KEY (tenant, pipe_id, version)
) STRICT;

-- Which candidate of which handoff a pipe was seen as; the newest one is its provenance.
CREATE TABLE IF NOT EXISTS sightings (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  handoff INTEGER NOT NULL,
  candidate_id TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sightings_of ON sightings (tenant, pipe_id, id);

-- What looks into sources' own catalogues saw (JSON): level 1 of the cascade.
CREATE TABLE IF NOT EXISTS observed (
  tenant TEXT NOT NULL,
  namespace TEXT NOT NULL,
  vendor TEXT NOT NULL,
  resource TEXT NOT NULL,
  version INTEGER NOT NULL,
  observed TEXT NOT NULL,
  PRIMARY KEY (tenant, namespace, vendor, resource, version)
) STRICT;

-- Exports that DCL took, and the pipes in them.
CREATE TABLE IF NOT EXISTS exports (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  aod_run_id TEXT,
  exported_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS exported (
  tenant TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  export INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (tenant, pipe_id, export)
) STRICT;

-- Job orders (JSON), kept before they are sent, and what Farm answered.
CREATE TABLE IF NOT EXISTS dispatches (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  run_id TEXT NOT NULL,
  pipe_id TEXT NOT NULL,
  dispatched_at INTEGER NOT NULL,
  manifest TEXT NOT NULL,
  UNIQUE (tenant, run_id, pipe_id)
) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
  dispatch INTEGER PRIMARY KEY,
  accepted_at INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT;

-- Nothing is changed or taken away. The guards of INSERT stop a REPLACE also on a connection whose recursive_triggers
-- are off, where the row that it deletes would fire nothing.
CREATE TRIGGER IF NOT EXISTS handoffs_stay BEFORE UPDATE ON handoffs BEGIN SELECT RAISE(ABORT, 'handoffs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS handoffs_last BEFORE DELETE ON handoffs BEGIN SELECT RAISE(ABORT, 'handoffs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS handoffs_once BEFORE INSERT ON handoffs WHEN EXISTS (
  SELECT 1 FROM handoffs WHERE id = NEW.id
) BEGIN SELECT RAISE(ABORT, 'handoffs: append-only'); END;

CREATE TRIGGER IF NOT EXISTS pipes_stay BEFORE UPDATE ON pipes BEGIN SELECT RAISE(ABORT, 'pipes: append-only'); END;
CREATE TRIGGER IF NOT EXISTS pipes_last BEFORE DELETE ON pipes BEGIN SELECT RAISE(ABORT, 'pipes: append-only'); END;
CREATE TRIGGER IF NOT EXISTS pipes_once BEFORE INSERT ON pipes WHEN EXISTS (
  SELECT 1 FROM pipes WHERE tenant = NEW.tenant AND pipe_id = NEW.pipe_id AND version = NEW.version
) BEGIN SELECT RAISE(ABORT, 'pipes: append-only'); END;

CREATE TRIGGER IF NOT EXISTS sightings_stay BEFORE UPDATE ON sightings BEGIN SELECT RAISE(ABORT, 'sightings: append-only'); END;
CREATE TRIGGER IF NOT EXISTS sightings_last BEFORE DELETE ON sightings BEGIN SELECT RAISE(ABORT, 'sightings: append-only'); END;
CREATE TRIGGER IF NOT EXISTS sightings_once BEFORE INSERT ON sightings WHEN EXISTS (
  SELECT 1 FROM sightings WHERE id = NEW.id
) BEGIN SELECT RAISE(ABORT, 'sightings: append-only'); END;

CREATE TRIGGER IF NOT EXISTS observed_stay BEFORE UPDATE ON observed BEGIN SELECT RAISE(ABORT, 'observed: append-only'); END;
CREATE TRIGGER IF NOT EXISTS observed_last BEFORE DELETE ON observed BEGIN SELECT RAISE(ABORT, 'observed: append-only'); END;
CREATE TRIGGER IF NOT EXISTS observed_once BEFORE INSERT ON observed WHEN EXISTS (
  SELECT 1 FROM observed WHERE tenant = NEW.tenant AND namespace = NEW.namespace AND vendor = NEW.vendor AND resource = NEW.resource
  AND version = NEW.version
) BEGIN SELECT RAISE(ABORT, 'observed: append-only'); END;

CREATE TRIGGER IF NOT EXISTS exports_stay BEFORE UPDATE ON exports BEGIN SELECT RAISE(ABORT, 'exports: append-only'); END;
CREATE TRIGGER IF NOT EXISTS exports_last BEFORE DELETE ON exports BEGIN SELECT RAISE(ABORT, 'exports: append-only'); END;
CREATE TRIGGER IF NOT EXISTS exports_once BEFORE INSERT ON exports WHEN EXISTS (
  SELECT 1 FROM exports WHERE id = NEW.id
) BEGIN SELECT RAISE(ABORT, 'exports: append-only'); END;

CREATE TRIGGER IF NOT EXISTS exported_stay BEFORE UPDATE ON exported BEGIN SELECT RAISE(ABORT, 'exported: append-only'); END;
CREATE TRIGGER IF NOT EXISTS exported_last BEFORE DELETE ON exported BEGIN SELECT RAISE(ABORT, 'exported: append-only'); END;
CREATE TRIGGER IF NOT EXISTS exported_once BEFORE INSERT ON exported WHEN EXISTS (
  SELECT 1 FROM exported WHERE tenant = NEW.tenant AND pipe_id = NEW.pipe_id AND export = NEW.export
) BEGIN SELECT RAISE(ABORT, 'exported: append-only'); END;

CREATE TRIGGER IF NOT EXISTS dispatches_stay BEFORE UPDATE ON dispatches BEGIN SELECT RAISE(ABORT, 'dispatches: append-only'); END;
CREATE TRIGGER IF NOT EXISTS dispatches_last BEFORE DELETE ON dispatches BEGIN SELECT RAISE(ABORT, 'dispatches: append-only'); END;
CREATE TRIGGER IF NOT EXISTS dispatches_once BEFORE INSERT ON dispatches WHEN EXISTS (
  SELECT 1 FROM dispatches WHERE id = NEW.id OR (tenant = NEW.tenant AND run_id = NEW.run_id AND pipe_id = NEW.pipe_id)
) BEGIN SELECT RAISE(ABORT, 'dispatches: append-only'); END;

CREATE TRIGGER IF NOT EXISTS jobs_stay BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS jobs_last BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'jobs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS jobs_once BEFORE INSERT ON jobs WHEN EXISTS (
  SELECT 1 FROM jobs WHERE dispatch = NEW.dispatch
) BEGIN SELECT RAISE(ABORT, 'jobs: append-only'); END;
