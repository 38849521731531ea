-- Tell how far a run has come, and keep it for another minute.
--
--   SELECT * FROM job_reportRun(17, 'host:4711', 250, 1000, '{"queued": 12}');
--
CREATE OR REPLACE FUNCTION job_reportRun(
    id bigint,
    worker text,
    done bigint,
    total bigint DEFAULT NULL,
    counts jsonb DEFAULT '{}'
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    UPDATE job_runs
    SET
        leaseUntil = moment + interval '60 seconds',
        done = job_reportRun.done,
        total = job_reportRun.total,
        counts = coalesce(job_reportRun.counts, '{}')
    WHERE
        job_runs.id = job_reportRun.id
        AND job_runs.worker = job_reportRun.worker
        AND job_runs.state = 'running';

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Run %s is not in the hands of %s.', id, worker));
    END IF;

    RETURN done('run_reported', format('Run %s goes on.', id));
END;
$$;

COMMENT ON FUNCTION job_reportRun IS
'Progress of a run, and its lease anew. A worker that is refused here has lost the run and stops.
Refuses: not_yours.';

GRANT EXECUTE ON FUNCTION job_reportRun TO portal_worker, portal_marketing, portal_dba;
