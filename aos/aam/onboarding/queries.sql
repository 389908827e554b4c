-- newest: the newest version of a connection.
SELECT version, content, digest, namespace FROM versions WHERE tenant = ? AND connection_id = ? ORDER BY version DESC LIMIT 1
-- add_version: another one.
INSERT INTO versions (tenant, namespace, connection_id, version, content, previous, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
-- newest_catalog: the newest catalogue of a connection.
SELECT version, digest FROM catalogs WHERE tenant = ? AND connection_id = ? ORDER BY version DESC LIMIT 1
-- add_catalog: another one.
INSERT INTO catalogs (tenant, connection_id, version, digest, streams) VALUES (?, ?, ?, ?, ?)
-- catalog: one of them.
SELECT digest, streams FROM catalogs WHERE tenant = ? AND connection_id = ? AND version = ?
-- page: newest versions of a namespace by connection, behind one; the states (a JSON list) may be null, the ids too.
SELECT v.content, v.connection_id, v.namespace, v.version FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2 AND v.connection_id > ?3
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id)
  AND (?5 IS NULL OR coalesce(CASE WHEN json_valid(v.content) THEN v.content ->> '$.connection.state' END, 'ERROR')
    IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR v.connection_id IN (SELECT value FROM json_each(?6)))
ORDER BY v.connection_id LIMIT ?4
-- history: every version of a connection, the oldest first.
SELECT namespace, version, content, previous, digest FROM versions
WHERE tenant = ? AND connection_id = ? ORDER BY version
-- tally: newest versions by (state, endpoints) for the funnel; one that says no state was changed, and is in ERROR.
SELECT coalesce(kept ->> '$.connection.state', 'ERROR'), coalesce(kept ->> '$.connection.endpoints', 'vendor'),
  count(*),
  coalesce(sum(kept ->> '$.connection.eligible'), 0),
  coalesce(sum(kept ->> '$.connection.reachable'), 0),
  coalesce(sum(kept ->> '$.connection.via' <> ''), 0)
FROM (SELECT CASE WHEN json_valid(v.content) THEN v.content ELSE '{}' END AS kept FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id))
GROUP BY 1, 2
-- latencies: of the first syncs of newest versions, the shortest first.
SELECT CASE WHEN json_valid(content) THEN content ->> '$.connection.first_sync.latency_ms' END AS latency FROM versions v
WHERE v.tenant = ?1 AND v.namespace = ?2 AND typeof(latency) IN ('real', 'integer')
  AND v.version = (SELECT max(version) FROM versions WHERE tenant = v.tenant AND connection_id = v.connection_id)
ORDER BY latency
-- any: whether a namespace has anything in it.
SELECT 1 FROM versions WHERE tenant = ? AND namespace = ? LIMIT 1
