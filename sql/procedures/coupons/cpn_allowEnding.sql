-- Let the next import end as many personal discounts as the source says, and run it now.
--
--   SELECT * FROM cpn_allowEnding(3);
--
CREATE OR REPLACE FUNCTION cpn_allowEnding(sourceID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('sourceID', sourceID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    job text := 'coupons.import:' || sourceID;
    source cpn_sources;
    last cpn_imports;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM FROM job_schedules WHERE job_schedules.code = job FOR NO KEY UPDATE;
    SELECT * INTO source
    FROM cpn_sources
    WHERE cpn_sources.id = cpn_allowEnding.sourceID
    FOR NO KEY UPDATE;

    earlier := as_replay(asker, 'cpn_allowEnding', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF source.id IS NULL THEN
        RETURN refuse('no_such_source', format('There is no source %s.', sourceID));
    END IF;

    SELECT * INTO last
    FROM cpn_imports
    WHERE cpn_imports.sourceID = source.id AND NOT cpn_imports.isTrial AND cpn_imports.state <> 'failed'
    ORDER BY cpn_imports.startedAt DESC, cpn_imports.id DESC
    LIMIT 1;
    IF last.state IS DISTINCT FROM 'held' OR source.endingIsAllowed THEN
        RETURN refuse('nothing_held', format('No import of %s waits for a word.', source.name));
    END IF;

    UPDATE cpn_sources SET endingIsAllowed = true WHERE cpn_sources.id = source.id;
    PERFORM job_wake(job, asker);

    RETURN as_record(
        asker, 'cpn_allowEnding', asked, request, actor,
        done(
            'ending_allowed', format('The next import of %s ends what is not there any more.', source.name),
            jsonb_build_object('sourceID', source.id, 'name', source.name, 'importID', last.id, 'ended', last.ended)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_allowEnding IS
'An administrator''s word for a held import: the next one, which runs at once, may end more personal discounts than
discountEndingShare allows.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_source,
nothing_held.';

GRANT EXECUTE ON FUNCTION cpn_allowEnding TO portal_web, portal_dba;
