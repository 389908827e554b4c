-- current_blueprints: the newest version of every pipe.
SELECT p.tenant, p.pipe_id, p.id, b.version, e.at_ms, e.aod_run_id, b.plane_type, b.connection
FROM pipes p JOIN blueprints b ON b.pipe = p.id JOIN exports e ON e.id = b.export
WHERE b.version = (SELECT max(version) FROM blueprints WHERE pipe = p.id) ORDER BY p.tenant, p.pipe_id
-- versions_of_pipe: every version, oldest first.
SELECT b.version, e.at_ms, e.aod_run_id, b.plane_type, b.connection
FROM blueprints b JOIN exports e ON e.id = b.export WHERE b.pipe = ? ORDER BY b.version
-- blueprints_as_of: of each of these pipes (a JSON list of numbers) the version of a time.
SELECT b.pipe, b.version, e.at_ms, e.aod_run_id, b.plane_type, b.connection
FROM blueprints b JOIN exports e ON e.id = b.export
WHERE b.pipe IN (SELECT value FROM json_each(?1)) AND b.version = (
  SELECT max(o.version) FROM blueprints o JOIN exports f ON f.id = o.export WHERE o.pipe = b.pipe AND f.at_ms <= ?2)
-- make_export: note an export.
INSERT INTO exports (tenant, aod_run_id, stated, at_ms) VALUES (?, ?, ?, ?) RETURNING id
-- make_pipe: a pipe that was not there.
INSERT INTO pipes (tenant, pipe_id) VALUES (?, ?) RETURNING id
-- make_blueprint: the next version of a pipe.
INSERT INTO blueprints (pipe, version, export, plane_type, connection) VALUES (?, ?, ?, ?, ?)
-- note_exported: which version of which pipe an export named.
INSERT INTO exported (export, pipe, version) VALUES (?, ?, ?)
-- count_orphan: content that found no pipe; past the most senders of a tenant all count as one.
INSERT INTO orphans (tenant, sender, key_id, refused, rows, pipe_id, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET refused = refused + excluded.refused, rows = rows + excluded.rows,
  pipe_id = excluded.pipe_id, last_ms = excluded.last_ms
-- known_sender: whether this sender was counted before, and how many are.
SELECT count(*) FILTER (WHERE sender = ?2 AND key_id = ?3), count(*) FROM orphans WHERE tenant = ?1
-- orphans_of_tenant: those of a tenant, the last one first.
SELECT sender, key_id, refused, rows, pipe_id, first_ms, last_ms FROM orphans WHERE tenant = ?
ORDER BY last_ms DESC, sender LIMIT 1000
-- pipes_of_aod_run: pipes that a discovery run's exports named.
SELECT DISTINCT x.pipe FROM exports e JOIN exported x ON x.export = e.id WHERE e.tenant = ? AND e.aod_run_id = ?
-- aod_run_then: of each [pipe, time] the discovery run of the newest export that had named the pipe by then.
SELECT n.value ->> 0, n.value ->> 1, (
  SELECT e.aod_run_id FROM exported x JOIN exports e ON e.id = x.export
  WHERE x.pipe = n.value ->> 0 AND e.at_ms <= n.value ->> 1 ORDER BY x.export DESC LIMIT 1)
FROM json_each(?1) n
-- exports_of_pipes: the exports that named these pipes (a JSON list), newest first; with ?2 those of one discovery run.
SELECT e.at_ms, e.aod_run_id, x.version, p.pipe_id
FROM exported x JOIN exports e ON e.id = x.export JOIN pipes p ON p.id = x.pipe
WHERE x.pipe IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR e.aod_run_id = ?2)
ORDER BY e.at_ms DESC, e.id DESC, p.pipe_id LIMIT ?3
-- runs_of_key: runs of this tenant that a key names, and as what.
SELECT r.pipe, r.id, (r.run_id = ?2) + 2 * (r.dcl_run_id = ?2) + 4 * (r.snapshot_name IS ?2)
FROM runs r JOIN pipes p ON p.id = r.pipe
WHERE p.tenant = ?1 AND (r.run_id = ?2 OR r.dcl_run_id = ?2 OR r.snapshot_name = ?2)
UNION ALL
SELECT t.pipe, -t.source, 1 FROM sources s JOIN streamed t ON t.source = s.id JOIN pipes p ON p.id = t.pipe
WHERE p.tenant = ?1 AND s.connector_id = ?2
