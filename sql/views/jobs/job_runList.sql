-- Every run, its progress and what became of it.
--
--   SELECT * FROM job_runList WHERE state = 'failed' ORDER BY created DESC;
--
CREATE OR REPLACE VIEW job_runList AS
SELECT
    job_runs.id,
    job_runs.code,
    job_schedules.name,
    job_runs.dueAt AS due,
    job_runs.state,
    job_runs.actor,
    job_runs.worker,
    job_runs.attempts,
    job_runs.day,
    job_runs.done,
    job_runs.total,
    job_runs.counts,
    job_runs.error,
    job_runs.createdAt AS created,
    job_runs.notBefore AS not_before,
    job_runs.startedAt AS started,
    job_runs.leaseUntil AS lease_until,
    job_runs.finishedAt AS finished
FROM job_runs
INNER JOIN job_schedules ON job_schedules.code = job_runs.code;

COMMENT ON VIEW job_runList IS 'Runs: waiting, running, done, failed. error of a waiting one is why its last attempt failed.';

GRANT SELECT ON job_runList TO portal_web, portal_dba, portal_report;
