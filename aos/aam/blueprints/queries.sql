-- handoff: the newest handoff of a discovery run.
SELECT id FROM handoffs WHERE tenant = ? AND aod_run_id = ? AND namespace = ? AND snapshot_name IS ?
ORDER BY id DESC LIMIT 1
-- add_handoff: a discovery run is handed over.
INSERT INTO handoffs (tenant, aod_run_id, namespace, snapshot_name, received_at) VALUES (?, ?, ?, ?, ?)
RETURNING id
-- newest: what is known of pipes by their ids (a JSON list): version, declaration, last handoff and candidate.
-- CROSS keeps the order of the tables; the other way round the list would be read once for each pipe.
SELECT p.pipe_id, p.version, p.declaration, s.handoff, s.candidate_id
FROM json_each(?2) wanted
CROSS JOIN pipes p ON p.tenant = ?1 AND p.pipe_id = wanted.value
JOIN sightings s ON s.id = (SELECT max(id) FROM sightings WHERE tenant = p.tenant AND pipe_id = p.pipe_id)
WHERE p.version = (SELECT max(version) FROM pipes WHERE tenant = p.tenant AND pipe_id = p.pipe_id)
-- add_version: a new version of a pipe.
INSERT INTO pipes (tenant, pipe_id, version, declared_at, namespace, vendor, resource, category, plane_type,
  governance_status, exportable, declaration, candidate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
-- add_sighting: a pipe was seen as a candidate.
INSERT INTO sightings (tenant, pipe_id, handoff, candidate_id) VALUES (?, ?, ?, ?)
-- pipes: current versions with provenance, by id; every filter may be null.
SELECT p.version, p.declaration, s.candidate_id, h.aod_run_id, h.snapshot_name, h.id,
  EXISTS (SELECT 1 FROM exported e WHERE e.tenant = p.tenant AND e.pipe_id = p.pipe_id) AS was_exported
FROM pipes p
JOIN sightings s ON s.id = (SELECT max(id) FROM sightings WHERE tenant = p.tenant AND pipe_id = p.pipe_id)
JOIN handoffs h ON h.id = s.handoff
WHERE p.tenant = ?1
  AND p.version = (SELECT max(version) FROM pipes WHERE tenant = p.tenant AND pipe_id = p.pipe_id)
  AND p.pipe_id > ?2
  AND (?4 IS NULL OR p.pipe_id IN (SELECT value FROM json_each(?4)))
  AND (?5 IS NULL OR p.namespace = ?5)
  AND (?6 IS NULL OR p.vendor = ?6)
  AND (?7 IS NULL OR p.category = ?7)
  AND (?8 IS NULL OR p.plane_type = ?8)
  AND (?9 IS NULL OR p.governance_status = ?9)
  AND (?10 IS NULL OR p.exportable = ?10)
  AND (?11 IS NULL OR was_exported = ?11)
ORDER BY p.pipe_id LIMIT ?3
-- candidates_of: current versions of the pipes of one resource, with their candidates.
SELECT p.pipe_id, p.version, p.declaration, p.candidate FROM pipes p
WHERE p.tenant = ? AND p.namespace = ? AND p.vendor = ? AND p.resource = ?
  AND p.version = (SELECT max(version) FROM pipes WHERE tenant = p.tenant AND pipe_id = p.pipe_id)
-- observed: the newest look into a catalogue.
SELECT version, observed FROM observed WHERE tenant = ? AND namespace = ? AND vendor = ? AND resource = ?
ORDER BY version DESC LIMIT 1
-- add_observed: another look.
INSERT INTO observed (tenant, namespace, vendor, resource, version, observed) VALUES (?, ?, ?, ?, ?, ?)
-- add_export: DCL took an export.
INSERT INTO exports (tenant, aod_run_id, exported_at) VALUES (?, ?, ?) RETURNING id
-- add_exported: a pipe was in it.
INSERT INTO exported (tenant, pipe_id, export, version) VALUES (?, ?, ?, ?)
-- dispatched: orders of one run.
SELECT d.id, d.pipe_id, d.manifest FROM dispatches d WHERE d.tenant = ? AND d.run_id = ?
-- add_dispatch: an order that is about to be sent.
INSERT INTO dispatches (tenant, run_id, pipe_id, dispatched_at, manifest) VALUES (?, ?, ?, ?, ?) RETURNING id
-- job: what Farm answered to an order.
SELECT 1 FROM jobs WHERE dispatch = ?
-- add_job: Farm accepted an order.
INSERT INTO jobs (dispatch, accepted_at, answer) VALUES (?, ?, ?)
-- dispatches: orders, the newest first; every filter may be null.
SELECT d.id, d.run_id, d.pipe_id, d.dispatched_at, d.manifest, j.accepted_at, j.answer
FROM dispatches d LEFT JOIN jobs j ON j.dispatch = d.id
WHERE d.tenant = ?1 AND d.id < ?2
  AND (?4 IS NULL OR d.run_id = ?4)
  AND (?5 IS NULL OR d.pipe_id = ?5)
ORDER BY d.id DESC LIMIT ?3
