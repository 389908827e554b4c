-- add_job: keep a manifest.
INSERT INTO jobs (job_id, tenant, run_id, pipe_id, manifest) VALUES (?, ?, ?, ?, ?)
-- start_progress: beside it, how far it is.
INSERT INTO progress (job, state, ready_at, spent_ms, sent, report)
SELECT id, 'queued', ?, 0, 0, ? FROM jobs WHERE job_id = ?
-- known: the job of a run and pipe.
SELECT j.job_id, j.manifest, p.state FROM jobs j JOIN progress p ON p.job = j.id
WHERE j.tenant = ? AND j.run_id = ? AND j.pipe_id = ?
-- count_open: how many jobs wait or run.
SELECT count(*) FROM progress WHERE state IN ('queued', 'running')
-- due: jobs that can be worked on, oldest first.
SELECT j.id, j.job_id, j.tenant, j.manifest, p.report, p.spent_ms, p.sent
FROM progress p JOIN jobs j ON j.id = p.job
WHERE p.state IN ('queued', 'running') AND p.ready_at <= ? ORDER BY j.id LIMIT ?
-- one: a tenant's job by its id.
SELECT j.id, j.job_id, j.tenant, j.manifest, p.report, p.spent_ms, p.sent
FROM jobs j JOIN progress p ON p.job = j.id WHERE j.job_id = ?
-- list: a tenant's jobs, newest first; null passes over a filter.
SELECT p.report, (SELECT verdict FROM verdicts v WHERE v.job = j.id ORDER BY v.id DESC LIMIT 1)
FROM jobs j JOIN progress p ON p.job = j.id
WHERE j.tenant = ?1 AND (?2 IS NULL OR j.run_id = ?2) AND (?3 IS NULL OR j.pipe_id = ?3)
ORDER BY j.id DESC LIMIT ?4
-- verdict: a job's newest verdict.
SELECT verdict FROM verdicts WHERE job = ? ORDER BY id DESC LIMIT 1
-- add_verdict: keep a verdict.
INSERT INTO verdicts (job, verdict) VALUES (?, ?)
-- tell: where a job stands.
UPDATE progress SET state = ?, report = ?, spent_ms = ?, sent = ? WHERE job = ?
-- add_chunk: keep a chunk before it is pushed.
INSERT INTO chunks (job, batch, first, rows, schema_hash, digest, hashes, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
-- chunk: what is known of one.
SELECT digest, answer IS NOT NULL FROM chunks WHERE job = ? AND batch = ?
-- answered: DCL has it; the body is not needed any more.
UPDATE chunks SET answer = ?, body = NULL WHERE job = ? AND batch = ?
-- count_chunks: how many there are.
SELECT count(*) FROM chunks WHERE job = ?
-- spans: each chunk's place in the run.
SELECT batch, first, rows FROM chunks WHERE job = ? ORDER BY batch
-- hashes: those of one chunk's rows.
SELECT hashes FROM chunks WHERE job = ? AND batch = ?
-- collecting: whether a job still collects, and how many rows it has.
SELECT p.ready_at, p.state, (SELECT coalesce(sum(rows), 0) FROM inbox i WHERE i.job = p.job),
       (SELECT coalesce(sum(length(body)), 0) FROM inbox i WHERE i.job = p.job)
FROM progress p WHERE p.job = ?
-- delivered: whether this delivery came before, and then whether it had this very body.
SELECT body = ? FROM inbox WHERE job = ? AND delivery = ?
-- add_post: keep what was posted.
INSERT INTO inbox (job, rows, body, delivery) VALUES (?, ?, ?, ?)
-- collected: enough was posted.
UPDATE progress SET ready_at = ? WHERE job = ? AND ready_at > ?
-- post: what was posted next.
SELECT id, body FROM inbox WHERE job = ? AND id > ? ORDER BY id LIMIT 1
