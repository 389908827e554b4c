-- newest: the newest version of a connection.
SELECT version, content, digest FROM versions WHERE tenant = ? AND connection_id = ? ORDER BY version DESC LIMIT 1
-- add_version: another one.
INSERT INTO versions (tenant, namespace, connection_id, version, content, previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
-- newest_catalog: the newest catalogue of a connection.
SELECT version, digest FROM catalogs WHERE tenant = ? AND connection_id = ? ORDER BY version DESC LIMIT 1
-- add_catalog: another one.
INSERT INTO catalogs (tenant, connection_id, version, digest, streams) VALUES (?, ?, ?, ?, ?)
-- catalog: one of them.
SELECT digest, streams FROM catalogs WHERE tenant = ? AND connection_id = ? AND version = ?
-- page: newest versions of a namespace by connection, behind one; the states (a JSON list) may be null, the ids too.
SELECT v.content FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2 AND v.connection_id > ?3
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id)
  AND (?5 IS NULL OR v.content ->> '$.connection.state' IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR v.connection_id IN (SELECT value FROM json_each(?6)))
ORDER BY v.connection_id LIMIT ?4
-- history: every version of a connection, the oldest first.
SELECT namespace, version, content, previous, digest FROM versions
WHERE tenant = ? AND connection_id = ? ORDER BY version
-- tally: what the funnel counts, one row for each (state, endpoints) of newest versions.
SELECT content ->> '$.connection.state', content ->> '$.connection.endpoints',
  count(*),
  sum(content ->> '$.connection.eligible'),
  sum(content ->> '$.connection.reachable'),
  sum(content ->> '$.connection.via' <> '')
FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id)
GROUP BY 1, 2
-- latencies: of the first syncs of newest versions, the shortest first.
SELECT content ->> '$.connection.first_sync.latency_ms' AS latency FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2 AND latency IS NOT NULL
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id)
ORDER BY latency
-- any: whether a namespace has anything in it.
SELECT 1 FROM versions WHERE tenant = ? AND namespace = ? LIMIT 1
