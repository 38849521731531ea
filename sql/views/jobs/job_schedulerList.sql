-- The schedulers, and whether they live.
--
--   SELECT * FROM job_schedulerList;
--
CREATE OR REPLACE VIEW job_schedulerList AS
SELECT
    job_schedulers.name,
    job_schedulers.workers,
    job_schedulers.startedAt AS started,
    job_schedulers.seenAt AS seen,
    job_schedulers.seenAt > now() - interval '60 seconds' AS is_alive
FROM job_schedulers;

COMMENT ON VIEW job_schedulerList IS 'Schedulers that said within the last minute that they live, and earlier ones.';

GRANT SELECT ON job_schedulerList TO portal_web, portal_worker, portal_dba, portal_report;
