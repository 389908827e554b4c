-- add_scan: keep a scan.
INSERT INTO scans (scan_id, finished_at, scan) VALUES (?, ?, ?)
-- last_scan: the newest one.
SELECT scan FROM scans ORDER BY id DESC LIMIT 1
-- newest_version: what is known of an asset.
SELECT version, aod_asset_id, first_seen, finding FROM assets WHERE asset_key = ? ORDER BY version DESC LIMIT 1
-- add_version: a new version of an asset.
INSERT INTO assets (asset_key, version, aod_asset_id, first_seen, finding) VALUES (?, ?, ?, ?, ?)
-- add_sighting: an asset was seen.
INSERT INTO sightings (asset_key, seen_at, scan_id) VALUES (?, ?, ?)
-- assets: the newest version of each, with when it was last seen; in the order of their first sightings.
SELECT a.version, a.aod_asset_id, a.first_seen, a.finding, s.seen_at, s.scan_id
FROM assets a JOIN sightings s ON s.asset_key = a.asset_key
WHERE a.version = (SELECT max(version) FROM assets WHERE asset_key = a.asset_key)
  AND s.rowid = (SELECT max(rowid) FROM sightings WHERE asset_key = a.asset_key)
ORDER BY a.first_seen, a.asset_key
-- handshake: what was answered under a key.
SELECT body, answer FROM handshakes WHERE key = ?
-- add_handshake: keep an answer.
INSERT INTO handshakes (key, body, sent_at, answer) VALUES (?, ?, ?, ?)
-- add_discovery: keep a discovery run.
INSERT INTO discoveries (aod_run_id, started_at, discovery) VALUES (?, ?, ?)
-- last_discovery: the newest one.
SELECT discovery FROM discoveries ORDER BY id DESC LIMIT 1
-- discovery: one run.
SELECT discovery FROM discoveries WHERE aod_run_id = ?
-- discovered: the ids of things by their keys (a JSON list).
SELECT asset_key, aod_asset_id FROM discovered WHERE asset_key IN (SELECT value FROM json_each(?))
-- add_discovered: a thing is told of for the first time.
INSERT INTO discovered (asset_key, aod_asset_id, first_seen) VALUES (?, ?, ?)
