-- Write down what a trial of a source has shown.
--
--   SELECT * FROM cpn_finishTrial(7, '{"reason": "table_missing", "msg": "There is no table coupons."}');
--
CREATE OR REPLACE FUNCTION cpn_finishTrial(trialID bigint, result jsonb, importID bigint DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF result IS NULL OR jsonb_typeof(result) <> 'object' THEN
        RETURN refuse('invalid_value', 'A result is an object.', '{"field": "result"}');
    END IF;

    UPDATE cpn_trials
    SET result = cpn_finishTrial.result, importID = cpn_finishTrial.importID, finishedAt = moment
    WHERE cpn_trials.id = trialID AND cpn_trials.finishedAt IS NULL;

    IF NOT FOUND THEN
        RETURN refuse('no_such_trial', format('No trial %s waits.', trialID));
    END IF;

    RETURN done('trial_finished', format('Trial %s has its result.', trialID), jsonb_build_object('trialID', trialID));
END;
$$;

COMMENT ON FUNCTION cpn_finishTrial IS
'The end of a trial: result as cpn_trialList shows it, importID of a dry run.
Refuses: invalid_value, no_such_trial.';

GRANT EXECUTE ON FUNCTION cpn_finishTrial TO portal_worker, portal_dba;
