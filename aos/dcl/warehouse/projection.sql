-- A projection: the typed columns of one pipe's fields. `fields` is the JSON list of their names, in the order of the
-- columns; `chunk_mark` and `late_mark` say how far it is filled. Made anew when anything about it does not fit.
CREATE TABLE IF NOT EXISTS projections (
  id INTEGER PRIMARY KEY,
  pipe INTEGER NOT NULL,
  fields TEXT NOT NULL,
  chunk_mark INTEGER NOT NULL DEFAULT 0,
  late_mark INTEGER NOT NULL DEFAULT 0,
  used_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (pipe, fields)
) STRICT;

-- How far the records of a stream's source are filled: the last position.
CREATE TABLE IF NOT EXISTS projected_sources (
  projection INTEGER NOT NULL,
  source INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (projection, source)
) STRICT, WITHOUT ROWID;

-- What the numbers of a column are like: whether all have at most four decimals, and the largest amount.
CREATE TABLE IF NOT EXISTS projected_numbers (
  projection INTEGER NOT NULL,
  field INTEGER NOT NULL,
  four_decimals INTEGER NOT NULL,
  largest REAL NOT NULL,
  reals INTEGER NOT NULL,
  PRIMARY KEY (projection, field)
) STRICT, WITHOUT ROWID;

-- Rows (the negative of a record's key) that are no JSON: their fields are null.
CREATE TABLE IF NOT EXISTS projected_broken (
  projection INTEGER NOT NULL,
  id INTEGER NOT NULL,
  PRIMARY KEY (projection, id)
) STRICT, WITHOUT ROWID;

-- How the projections of this file are made.
CREATE TABLE IF NOT EXISTS shape (
  version INTEGER NOT NULL
) STRICT;
