-- Every scan with what came of each target, as JSON.
CREATE TABLE IF NOT EXISTS scans (
  id INTEGER PRIMARY KEY,
  scan_id TEXT NOT NULL UNIQUE,
  finished_at INTEGER NOT NULL,
  scan TEXT NOT NULL
) STRICT;

-- Versions of what was found at an address: a new one when what is known of it changes.
CREATE TABLE IF NOT EXISTS assets (
  asset_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  aod_asset_id TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  finding TEXT NOT NULL,
  PRIMARY KEY (asset_key, version)
) STRICT;

-- Each time that an asset was seen.
CREATE TABLE IF NOT EXISTS sightings (
  asset_key TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  scan_id TEXT NOT NULL,
  PRIMARY KEY (asset_key, scan_id)
) STRICT;

-- What was answered to a handshake that went through under an idempotency key, and to which body.
CREATE TABLE IF NOT EXISTS handshakes (
  key TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  answer TEXT NOT NULL
) STRICT;

-- Every discovery run with all that it found, as JSON.
CREATE TABLE IF NOT EXISTS discoveries (
  id INTEGER PRIMARY KEY,
  aod_run_id TEXT NOT NULL UNIQUE,
  started_at INTEGER NOT NULL,
  discovery TEXT NOT NULL
) STRICT;

-- Things that discovery told of, by their stable key; the id stands for the first time.
CREATE TABLE IF NOT EXISTS discovered (
  asset_key TEXT PRIMARY KEY,
  aod_asset_id TEXT NOT NULL,
  first_seen INTEGER NOT NULL
) STRICT;

-- Nothing is changed or taken away. The guards of INSERT stop a REPLACE also on a connection whose recursive_triggers
-- are off, where the row that it deletes would fire nothing.
CREATE TRIGGER IF NOT EXISTS scans_stay BEFORE UPDATE ON scans BEGIN SELECT RAISE(ABORT, 'scans are append-only'); END;
CREATE TRIGGER IF NOT EXISTS scans_last BEFORE DELETE ON scans BEGIN SELECT RAISE(ABORT, 'scans are append-only'); END;
CREATE TRIGGER IF NOT EXISTS scans_once BEFORE INSERT ON scans
WHEN EXISTS (SELECT 1 FROM scans WHERE id = NEW.id OR scan_id = NEW.scan_id)
BEGIN SELECT RAISE(ABORT, 'scans are append-only'); END;

CREATE TRIGGER IF NOT EXISTS assets_stay BEFORE UPDATE ON assets BEGIN SELECT RAISE(ABORT, 'assets are append-only'); END;
CREATE TRIGGER IF NOT EXISTS assets_last BEFORE DELETE ON assets BEGIN SELECT RAISE(ABORT, 'assets are append-only'); END;
CREATE TRIGGER IF NOT EXISTS assets_once BEFORE INSERT ON assets
WHEN EXISTS (SELECT 1 FROM assets WHERE asset_key = NEW.asset_key AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'assets are append-only'); END;

CREATE TRIGGER IF NOT EXISTS sightings_stay BEFORE UPDATE ON sightings
BEGIN SELECT RAISE(ABORT, 'sightings are append-only'); END;
CREATE TRIGGER IF NOT EXISTS sightings_last BEFORE DELETE ON sightings
BEGIN SELECT RAISE(ABORT, 'sightings are append-only'); END;
CREATE TRIGGER IF NOT EXISTS sightings_once BEFORE INSERT ON sightings
WHEN EXISTS (SELECT 1 FROM sightings WHERE asset_key = NEW.asset_key AND scan_id = NEW.scan_id)
BEGIN SELECT RAISE(ABORT, 'sightings are append-only'); END;

CREATE TRIGGER IF NOT EXISTS handshakes_stay BEFORE UPDATE ON handshakes
BEGIN SELECT RAISE(ABORT, 'handshakes are append-only'); END;
CREATE TRIGGER IF NOT EXISTS handshakes_last BEFORE DELETE ON handshakes
BEGIN SELECT RAISE(ABORT, 'handshakes are append-only'); END;
CREATE TRIGGER IF NOT EXISTS handshakes_once BEFORE INSERT ON handshakes
WHEN EXISTS (SELECT 1 FROM handshakes WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'handshakes are append-only'); END;

CREATE TRIGGER IF NOT EXISTS discoveries_stay BEFORE UPDATE ON discoveries
BEGIN SELECT RAISE(ABORT, 'discoveries are append-only'); END;
CREATE TRIGGER IF NOT EXISTS discoveries_last BEFORE DELETE ON discoveries
BEGIN SELECT RAISE(ABORT, 'discoveries are append-only'); END;
CREATE TRIGGER IF NOT EXISTS discoveries_once BEFORE INSERT ON discoveries
WHEN EXISTS (SELECT 1 FROM discoveries WHERE id = NEW.id OR aod_run_id = NEW.aod_run_id)
BEGIN SELECT RAISE(ABORT, 'discoveries are append-only'); END;

CREATE TRIGGER IF NOT EXISTS discovered_stay BEFORE UPDATE ON discovered
BEGIN SELECT RAISE(ABORT, 'discovered is append-only'); END;
CREATE TRIGGER IF NOT EXISTS discovered_last BEFORE DELETE ON discovered
BEGIN SELECT RAISE(ABORT, 'discovered is append-only'); END;
CREATE TRIGGER IF NOT EXISTS discovered_once BEFORE INSERT ON discovered
WHEN EXISTS (SELECT 1 FROM discovered WHERE asset_key = NEW.asset_key)
BEGIN SELECT RAISE(ABORT, 'discovered is append-only'); END;
