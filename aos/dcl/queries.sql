-- make_source: name a source; one that is known stays.
INSERT OR IGNORE INTO sources (connector_id, target) VALUES (?, ?)
-- find_source: the number of a source.
SELECT id FROM sources WHERE connector_id = ? AND target = ?
-- file_record: keep a record; the same position again changes nothing.
INSERT OR IGNORE INTO records (id, trace_id, config_gen, is_repaired, ingest_ts, filed_ms, payload)
VALUES (?, ?, ?, ?, ?, ?, ?)
-- count_records: how many records lie here.
SELECT count(*) FROM records
-- records_of_source: records of one source in order, behind a position.
SELECT id, trace_id, payload FROM records WHERE id > ? AND id < ? ORDER BY id LIMIT ?
-- keep_refused: keep a refused line; the same position again changes nothing.
INSERT OR IGNORE INTO quarantine (id, connector_id, reason, refusal, data) VALUES (?, ?, ?, ?, ?)
-- count_refused: how many refused lines lie here.
SELECT count(*) FROM quarantine
-- list_refused: newest first, before an id; empty filters match everything.
SELECT id, refusal, data FROM quarantine
WHERE id < ?1 AND (?2 = '' OR reason = ?2) AND (?3 = '' OR connector_id = ?3) ORDER BY id DESC LIMIT ?4
