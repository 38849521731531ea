-- Have what is queued sent at once.
--
--   SELECT ctr_wakeSender();
--
CREATE OR REPLACE FUNCTION ctr_wakeSender()
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    -- Looked up first, so that registrations do not wait for each other's run.
    IF NOT EXISTS (
        SELECT
        FROM job_runs
        WHERE job_runs.code = 'contacts.send' AND job_runs.state = 'waiting' AND job_runs.notBefore <= clock_timestamp()
    ) THEN
        PERFORM job_wake('contacts.send', NULL);
    END IF;
END;
$$;

COMMENT ON FUNCTION ctr_wakeSender IS
'Queues a run of the job contacts.send unless one is due. A run that begins at this very moment may miss the row; the next one
comes within two minutes.';
