-- Begin to read a source: the answer names the import under which rows are staged.
--
--   SELECT * FROM cpn_startImport(3);
--
CREATE OR REPLACE FUNCTION cpn_startImport(
    sourceID bigint,
    isTrial boolean DEFAULT false,
    runID bigint DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    asker text := coalesce(actor, (SELECT job_runs.actor FROM job_runs WHERE job_runs.id = runID));
    source cpn_sources;
    importID bigint;
BEGIN
    -- Whoever imports from a source holds its row first.
    SELECT * INTO source
    FROM cpn_sources
    WHERE cpn_sources.id = cpn_startImport.sourceID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_source', format('There is no source %s.', sourceID));
    END IF;
    IF isTrial IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it is a trial.', '{"field": "isTrial"}');
    END IF;

    UPDATE cpn_imports
    SET
        state = 'failed',
        error = 'It was cut off, and the next one began.',
        errorSaid = '{"code": "import_cut_off"}',
        finishedAt = moment
    WHERE
        cpn_imports.sourceID = source.id
        AND cpn_imports.isTrial = cpn_startImport.isTrial
        AND cpn_imports.state = 'reading';

    DELETE FROM cpn_importRows
    WHERE
        cpn_importRows.importID IN (
            SELECT cpn_imports.id
            FROM cpn_imports
            WHERE cpn_imports.sourceID = source.id AND cpn_imports.state <> 'reading'
        );

    INSERT INTO cpn_imports (
        sourceID, runID, isTrial, state, rows, added, changed, unchanged, duplicate, noCode, rejected, ended, waiting, actor,
        startedAt
    )
    VALUES (
        source.id, runID, isTrial, 'reading', 0, 0, 0, 0, 0, 0, 0, 0, 0, asker, moment
    )
    RETURNING cpn_imports.id INTO importID;

    RETURN done(
        'import_started',
        format('%s is read.', source.name),
        jsonb_build_object('importID', importID, 'sourceID', source.id, 'holds', source.holds)
    );
END;
$$;

COMMENT ON FUNCTION cpn_startImport IS
'Begins an import: rows are then put into cpn_importRows (COPY or INSERT) under details.importID, in any number of portions,
each followed by cpn_importStaged, and cpn_finishImport ends it. An earlier one of the source that was not ended has failed,
and its staged rows go. isTrial: count, but keep nothing.
Refuses: no_such_source, invalid_value.';

GRANT EXECUTE ON FUNCTION cpn_startImport TO portal_worker, portal_dba;
