-- Connections in all their versions. `content` (JSON) is the connection, the intent and the step that it stands at;
-- `digest` covers every column before it, and `previous` the version before. What a query asks for is taken from the
-- content, so that no column can say something else.
CREATE TABLE IF NOT EXISTS versions (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  namespace TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  UNIQUE (tenant, connection_id, version)
) STRICT;
CREATE INDEX IF NOT EXISTS versions_of ON versions (tenant, namespace, connection_id, version);

-- What a connection can read (JSON), a version each time that it is another.
CREATE TABLE IF NOT EXISTS catalogs (
  id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  streams TEXT NOT NULL,
  UNIQUE (tenant, connection_id, version)
) STRICT;

-- Nothing is changed or taken away. The guards of INSERT stop a REPLACE also on a connection whose recursive_triggers
-- are off, where the row that it deletes would fire nothing.
CREATE TRIGGER IF NOT EXISTS versions_stay BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions: append-only'); END;
CREATE TRIGGER IF NOT EXISTS versions_last BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions: append-only'); END;
CREATE TRIGGER IF NOT EXISTS versions_once BEFORE INSERT ON versions WHEN EXISTS (
  SELECT 1 FROM versions WHERE id = NEW.id
  OR (tenant = NEW.tenant AND connection_id = NEW.connection_id AND version = NEW.version)
) BEGIN SELECT RAISE(ABORT, 'versions: append-only'); END;

CREATE TRIGGER IF NOT EXISTS catalogs_stay BEFORE UPDATE ON catalogs BEGIN SELECT RAISE(ABORT, 'catalogs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS catalogs_last BEFORE DELETE ON catalogs BEGIN SELECT RAISE(ABORT, 'catalogs: append-only'); END;
CREATE TRIGGER IF NOT EXISTS catalogs_once BEFORE INSERT ON catalogs WHEN EXISTS (
  SELECT 1 FROM catalogs WHERE id = NEW.id
  OR (tenant = NEW.tenant AND connection_id = NEW.connection_id AND version = NEW.version)
) BEGIN SELECT RAISE(ABORT, 'catalogs: append-only'); END;
