-- Every schedule with its last run.
--
--   SELECT code, cron, time_zone, last_state, last_error FROM job_scheduleList;
--
CREATE OR REPLACE VIEW job_scheduleList AS
SELECT
    job_schedules.code,
    job_schedules.name,
    job_schedules.cron,
    job_schedules.timeZone AS time_zone,
    job_schedules.isEnabled AS is_enabled,
    job_schedules.updatedAt AS updated,
    newest.due AS last_due,
    ended.id AS last_id,
    ended.state AS last_state,
    ended.finishedAt AS last_finished,
    ended.error AS last_error,
    waiting.id AS waiting_id,
    waiting.notBefore AS waiting_until,
    running.id AS running_id
FROM job_schedules
CROSS JOIN LATERAL (
    SELECT max(job_runs.dueAt) AS due
    FROM job_runs
    WHERE job_runs.code = job_schedules.code
) AS newest
LEFT JOIN LATERAL (
    SELECT
        job_runs.id,
        job_runs.state,
        job_runs.finishedAt,
        job_runs.error
    FROM job_runs
    WHERE job_runs.code = job_schedules.code AND job_runs.state IN ('done', 'failed')
    ORDER BY job_runs.dueAt DESC
    LIMIT 1
) AS ended ON true
LEFT JOIN job_runs AS waiting ON waiting.code = job_schedules.code AND waiting.state = 'waiting'
LEFT JOIN job_runs AS running ON running.code = job_schedules.code AND running.state = 'running';

COMMENT ON VIEW job_scheduleList IS
'Schedules with their last due time, last ended run, and the runs that wait or run. The next due time follows from cron and
time_zone.';

GRANT SELECT ON job_scheduleList TO portal_web, portal_worker, portal_dba, portal_report;
