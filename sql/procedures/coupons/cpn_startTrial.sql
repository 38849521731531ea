-- A worker begins with a trial of a source.
--
--   SELECT * FROM cpn_startTrial(7);
--
CREATE OR REPLACE FUNCTION cpn_startTrial(trialID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    trial cpn_trials;
BEGIN
    UPDATE cpn_trials
    SET startedAt = moment
    WHERE cpn_trials.id = trialID AND cpn_trials.finishedAt IS NULL
    RETURNING * INTO trial;

    IF NOT FOUND THEN
        RETURN refuse('no_such_trial', format('No trial %s waits.', trialID));
    END IF;

    RETURN done(
        'trial_started', format('Trial %s begins.', trialID),
        jsonb_build_object('trialID', trial.id, 'sourceID', trial.sourceID, 'kind', trial.kind, 'actor', trial.actor)
    );
END;
$$;

COMMENT ON FUNCTION cpn_startTrial IS
'Called by the job coupons.trials for every trial of cpn_dueTrials; one that was begun and not ended is begun again.
Refuses: no_such_trial.';

GRANT EXECUTE ON FUNCTION cpn_startTrial TO portal_worker, portal_dba;
