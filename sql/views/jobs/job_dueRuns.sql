-- The runs that a worker may take at this moment.
--
--   SELECT id, code FROM job_dueRuns ORDER BY due;
--
CREATE OR REPLACE VIEW job_dueRuns AS
SELECT
    job_runs.id,
    job_runs.code,
    job_runs.dueAt AS due
FROM job_runs
WHERE
    (job_runs.state = 'waiting' AND job_runs.notBefore <= now())
    OR (job_runs.state = 'running' AND job_runs.leaseUntil < now());

COMMENT ON VIEW job_dueRuns IS 'Runs that wait and are due, or whose worker''s lease is over.';

GRANT SELECT ON job_dueRuns TO portal_web, portal_worker, portal_dba, portal_report;
