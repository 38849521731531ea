-- Have a worker try a source out: its connection, its first rows, or a dry run of the whole import.
--
--   SELECT * FROM cpn_askTrial(3, 'connection');
--
CREATE OR REPLACE FUNCTION cpn_askTrial(
    sourceID bigint,
    kind text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('sourceID', sourceID, 'kind', kind);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    source cpn_sources;
    trialID bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM FROM job_schedules WHERE job_schedules.code = 'coupons.trials' FOR NO KEY UPDATE;
    SELECT * INTO source
    FROM cpn_sources
    WHERE cpn_sources.id = cpn_askTrial.sourceID
    FOR NO KEY UPDATE;

    earlier := as_replay(asker, 'cpn_askTrial', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF source.id IS NULL THEN
        RETURN refuse('no_such_source', format('There is no source %s.', sourceID));
    END IF;
    IF kind IS NULL OR kind NOT IN ('connection', 'preview', 'trial') THEN
        RETURN refuse('invalid_value', 'Ask for a connection, a preview or a trial.', '{"field": "kind"}');
    END IF;

    SELECT cpn_trials.id INTO trialID
    FROM cpn_trials
    WHERE
        cpn_trials.sourceID = source.id
        AND cpn_trials.kind = cpn_askTrial.kind
        AND cpn_trials.finishedAt IS NULL;
    IF FOUND THEN
        RETURN refuse(
            'already_waiting', format('%s is being tried out already.', source.name), jsonb_build_object('trialID', trialID)
        );
    END IF;

    INSERT INTO cpn_trials (sourceID, kind, actor, createdAt)
    VALUES (source.id, kind, asker, moment)
    RETURNING cpn_trials.id INTO trialID;
    PERFORM job_wake('coupons.trials', asker);

    RETURN as_record(
        asker, 'cpn_askTrial', asked, request, actor,
        done(
            'trial_asked', format('A worker tries %s out.', source.name),
            jsonb_build_object('trialID', trialID, 'sourceID', source.id, 'name', source.name)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_askTrial IS
'kind: connection (is everything as it has to be), preview (the first rows through the mapping) or trial (a dry run with
counts and reasons). A worker does it within seconds; cpn_trialList.result has the answer. details: {trialID}.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_source,
already_waiting (details.trialID).';

GRANT EXECUTE ON FUNCTION cpn_askTrial TO portal_web, portal_dba;
