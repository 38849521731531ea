-- A scheduler says that it lives.
--
--   SELECT job_beat('host:4711', 2);
--
CREATE OR REPLACE FUNCTION job_beat(name text, workers integer)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF name IS NULL THEN
        RETURN refuse('invalid_value', 'A scheduler has a name.', jsonb_build_object('field', 'name'));
    END IF;
    IF workers IS NULL OR workers < 0 THEN
        RETURN refuse('invalid_value', 'Name how many workers it sees.', jsonb_build_object('field', 'workers'));
    END IF;

    UPDATE job_schedulers
    SET workers = job_beat.workers, seenAt = moment
    WHERE job_schedulers.name = job_beat.name;

    IF NOT FOUND THEN
        DELETE FROM job_schedulers WHERE job_schedulers.seenAt < moment - interval '1 hour';
        INSERT INTO job_schedulers (name, workers, startedAt, seenAt)
        VALUES (name, workers, moment, moment)
        ON CONFLICT DO NOTHING;
    END IF;

    RETURN done('beaten', format('%s lives.', name));
END;
$$;

COMMENT ON FUNCTION job_beat IS
'Every few seconds, from every scheduler: its name, and how many workers it sees. Forgets those silent for an hour.
Refuses: invalid_value.';

GRANT EXECUTE ON FUNCTION job_beat TO portal_worker, portal_dba;
