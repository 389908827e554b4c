-- make_source: name a source; one that is known stays.
INSERT OR IGNORE INTO sources (connector_id, target) VALUES (?, ?)
-- find_source: the number of a source.
SELECT id FROM sources WHERE connector_id = ? AND target = ?
-- file_record: keep a record; the same position again changes nothing.
INSERT OR IGNORE INTO records (id, trace_id, config_gen, is_repaired, ingest_ts, filed_ms, payload, pipe)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- record_columns: what the table of records has.
SELECT name FROM pragma_table_info('records')
-- record_column_pipe: the number of the pipe that a record is filed under; null for one that was filed before there were
-- pipes.
ALTER TABLE records ADD COLUMN pipe INTEGER
-- count_records: how many records lie here.
SELECT count(*) FROM records
-- records_of_source: records of one source in order, behind a position.
SELECT id, trace_id, payload FROM records WHERE id > ? AND id < ? ORDER BY id LIMIT ?
-- quarantine_column_first_seen: added where it is not there yet.
ALTER TABLE quarantine ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0
-- quarantine_column_entry: the stream entry that brought the line, so that a redelivery is known from a second refusal.
ALTER TABLE quarantine ADD COLUMN entry TEXT NOT NULL DEFAULT ''
-- quarantine_column_status: held, replaying, discarding, replayed or discarded.
ALTER TABLE quarantine ADD COLUMN status TEXT NOT NULL DEFAULT 'held'
  CHECK (status IN ('held', 'replaying', 'discarding', 'replayed', 'discarded'))
-- quarantine_column_replays: how often a replay failed.
ALTER TABLE quarantine ADD COLUMN replays INTEGER NOT NULL DEFAULT 0
-- quarantine_column_batch: the number under which it leaves or left; 0 while it never began to.
ALTER TABLE quarantine ADD COLUMN batch INTEGER NOT NULL DEFAULT 0
-- quarantine_column_why: why it was discarded.
ALTER TABLE quarantine ADD COLUMN why TEXT NOT NULL DEFAULT ''
-- quarantine_column_settled_by: the role that replayed or discarded it.
ALTER TABLE quarantine ADD COLUMN settled_by TEXT NOT NULL DEFAULT ''
-- quarantine_column_settled_ms: when it left; 0 while it has not.
ALTER TABLE quarantine ADD COLUMN settled_ms INTEGER NOT NULL DEFAULT 0
-- quarantine_columns: what the table has.
SELECT name FROM pragma_table_info('quarantine')
-- quarantine_fill_first_seen: for lines that a version without the column kept.
UPDATE quarantine SET first_seen = json_extract(refusal, '$.first_seen') WHERE first_seen = 0
-- quarantine_index_status: by status, in order of time.
CREATE INDEX IF NOT EXISTS quarantine_in_time ON quarantine (status, first_seen, id)
-- quarantine_index_reason: the same for one reason.
CREATE INDEX IF NOT EXISTS quarantine_of_reason ON quarantine (status, reason, first_seen, id)
-- quarantine_index_connector: the same for one connector.
CREATE INDEX IF NOT EXISTS quarantine_of_connector ON quarantine (status, connector_id, first_seen, id)
-- quarantine_drop_reason: an index that those above replace.
DROP INDEX IF EXISTS quarantine_by_reason
-- quarantine_drop_connector: an index that those above replace.
DROP INDEX IF EXISTS quarantine_by_connector
-- keep_refused: keep a refused line; the same entry again changes nothing, a line that was replayed and refused anew is
-- held again.
INSERT INTO quarantine (id, connector_id, reason, refusal, data, first_seen, entry) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, refusal = excluded.refusal, data = excluded.data,
  entry = excluded.entry, status = 'held', replays = replays + 1, batch = 0, settled_by = '', settled_ms = 0
WHERE entry <> excluded.entry AND status IN ('replaying', 'replayed')
-- count_refused: how many lines of a selection lie here.
SELECT count(*) FROM quarantine WHERE /*chosen*/
-- page_of_refused: newest first, ids and sizes alone.
SELECT id, length(data) FROM quarantine WHERE /*chosen*/ ORDER BY first_seen DESC, id DESC LIMIT ?
-- show_refused: everything of these lines, newest first.
SELECT id, refusal, data, reason, replays, status, why, settled_by, settled_ms FROM quarantine
WHERE id IN (SELECT value FROM json_each(?)) ORDER BY first_seen DESC, id DESC
-- state_of_refused: what decides whether these lines may leave.
SELECT id, status, reason, replays FROM quarantine WHERE id IN (SELECT value FROM json_each(?))
-- select_refused: held lines of a selection, those with the fewest failed replays first, then the oldest.
SELECT id, reason, replays FROM quarantine WHERE /*chosen*/ ORDER BY replays, first_seen, id LIMIT ?
-- pipes_waiting: under which pipes lines that are held for a reason were to be filed.
SELECT DISTINCT json_extract(refusal, '$.pipe_id') FROM quarantine
WHERE status = 'held' AND reason = ? AND json_extract(refusal, '$.pipe_id') <> ''
-- sizes_of_refused: the held ones of these lines.
SELECT id, length(data) FROM quarantine WHERE id IN (SELECT value FROM json_each(?)) AND status = 'held'
-- claim_refused: a held line begins to leave.
UPDATE quarantine SET status = ?, batch = ?, why = ?, settled_by = ? WHERE id = ? AND status = 'held'
-- lines_of_batch: what is leaving under a number, in order of arrival.
SELECT id, refusal, data, reason, replays, status, why, settled_by, settled_ms FROM quarantine
WHERE status = ? AND batch = ? ORDER BY first_seen, id
-- owners_of_batch: whose lines are leaving under a number.
SELECT connector_id FROM quarantine WHERE status = ? AND batch = ?
-- begun_batches: what has begun to leave and is not known to have left.
SELECT DISTINCT status, batch FROM quarantine WHERE status IN ('replaying', 'discarding') ORDER BY batch
-- renumber_batch: it will leave under another number.
UPDATE quarantine SET batch = ? WHERE status = ? AND batch = ?
-- refuse_again: a line that failed its replay is held as before, with its new reason.
UPDATE quarantine SET status = 'held', batch = 0, settled_by = '', replays = replays + 1, reason = ?, refusal = ?
WHERE id = ? AND status = 'replaying'
-- release_refused: a line that can't be replayed is held as before.
UPDATE quarantine SET status = 'held', batch = 0, settled_by = '' WHERE id = ? AND status = 'replaying'
-- settle_batch: a batch has left.
UPDATE quarantine SET status = ?, settled_ms = ? WHERE status = ? AND batch = ?
