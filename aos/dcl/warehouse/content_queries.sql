-- find_run: a run of a pipe, and the chunk of this batch where there is one.
SELECT r.id, r.dcl_run_id, r.source_system, r.snapshot_name, r.run_timestamp, r.fields, c.digest, c.answer
FROM runs r LEFT JOIN chunks c ON c.run = r.id AND c.batch = ?3 WHERE r.pipe = ?1 AND r.run_id = ?2
-- make_run: the first chunk of a run brings it into being.
INSERT INTO runs (pipe, run_id, dcl_run_id, source_system, snapshot_name, run_timestamp, first_ms, last_ms)
VALUES (?, ?, ?, ?, ?, ?, ?7, ?7) RETURNING id
-- make_chunk: note a chunk with the answer to it.
INSERT INTO chunks (run, batch, rows, ingest_ms, digest, answer) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
-- grow_run: what a chunk added to its run.
UPDATE runs SET rows = rows + ?, last_ms = max(last_ms, ?), fields = ? WHERE id = ?
-- runs_of_pipes: every run of these pipes (a JSON list of numbers), oldest first.
SELECT pipe, id, run_id, dcl_run_id, source_system, snapshot_name, run_timestamp, rows, first_ms, last_ms, fields
FROM runs WHERE pipe IN (SELECT value FROM json_each(?)) ORDER BY first_ms, id
-- streams_of_pipes: every source that filed records under these pipes.
SELECT t.pipe, t.source, s.connector_id, s.target, t.rows, t.first_ms, t.last_ms
FROM streamed t JOIN sources s ON s.id = t.source
WHERE t.pipe IN (SELECT value FROM json_each(?)) ORDER BY t.first_ms, t.source
-- chunks_behind: chunks of these runs (a JSON list) in the order of run and batch, from a place on. Batches that count
-- are in the order of their numbers, those that a digest names come after them.
SELECT c.id, c.run, c.batch, c.rows FROM chunks c
WHERE c.run IN (SELECT value FROM json_each(?1))
  AND (c.run, length(c.batch), c.batch) >= (?2, length(?3), ?3)
ORDER BY c.run, length(c.batch), c.batch LIMIT ?4
-- rows_between: rows by their keys, both included. As bytes: a text that somebody changed need not be UTF-8.
SELECT id, CAST(value AS BLOB) FROM rows WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?
-- records_of_pipe: records of one source under one pipe, by their keys.
SELECT id, CAST(payload AS BLOB) FROM records WHERE id > ? AND id < ? AND pipe = ? ORDER BY id LIMIT ?
-- newest_record: the largest key of a source.
SELECT max(id) FROM records WHERE id > ? AND id < ?
-- note_late: those of these keys (a JSON list) that are not filed yet, which a later one of their source is.
INSERT INTO late_records (record) SELECT value FROM json_each(?) WHERE value NOT IN (
  SELECT id FROM records WHERE id IN (SELECT value FROM json_each(?)))
-- grow_stream: records that a source filed under a pipe.
INSERT INTO streamed (pipe, source, rows, first_ms, last_ms) VALUES (?1, ?2, ?3, ?4, ?4)
ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, last_ms = max(last_ms, excluded.last_ms)
