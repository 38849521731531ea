-- Remove a source that nothing came from.
--
--   SELECT * FROM cpn_deleteSource(3);
--
CREATE OR REPLACE FUNCTION cpn_deleteSource(sourceID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
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
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('cpn_deleteSource', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    -- In the order of whoever runs an import: its schedule, then its source.
    PERFORM FROM job_schedules WHERE job_schedules.code = job FOR UPDATE;

    SELECT * INTO source
    FROM cpn_sources
    WHERE cpn_sources.id = cpn_deleteSource.sourceID
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_source', format('There is no source %s.', sourceID));
    END IF;
    IF EXISTS (SELECT FROM cpn_coupons WHERE cpn_coupons.sourceID = source.id)
        OR EXISTS (SELECT FROM cpn_personalDiscounts WHERE cpn_personalDiscounts.sourceID = source.id)
    THEN
        RETURN refuse(
            'source_in_use', format('Coupons or discounts came from %s, so it stays; switch its schedule off.', source.name)
        );
    END IF;
    IF EXISTS (SELECT FROM cpn_imports WHERE cpn_imports.sourceID = source.id AND cpn_imports.state = 'reading')
        OR EXISTS (SELECT FROM job_runs WHERE job_runs.code = job AND job_runs.state = 'running')
    THEN
        RETURN refuse('source_is_read', format('%s is being read at this moment.', source.name));
    END IF;

    DELETE FROM cpn_skippedRows
    WHERE cpn_skippedRows.importID IN (SELECT cpn_imports.id FROM cpn_imports WHERE cpn_imports.sourceID = source.id);
    DELETE FROM cpn_trials WHERE cpn_trials.sourceID = source.id;
    DELETE FROM cpn_imports WHERE cpn_imports.sourceID = source.id;
    DELETE FROM cpn_sources WHERE cpn_sources.id = source.id;
    DELETE FROM job_runs WHERE job_runs.code = job;
    DELETE FROM job_schedules WHERE job_schedules.code = job;

    RETURN as_record(
        asker, 'cpn_deleteSource', asked, request, actor,
        done(
            'source_deleted', format('%s is removed.', source.name),
            jsonb_build_object('sourceID', source.id, 'name', source.name, 'before', cpn_sourceDetails(source))
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_deleteSource IS
'Removes a source that nothing came from, with its schedule, trials and imports. One that something came from is kept and
switched off by its schedule.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_source,
source_in_use, source_is_read.';

GRANT EXECUTE ON FUNCTION cpn_deleteSource TO portal_web, portal_dba;
