-- Remove old imports that brought nothing, skipped rows that a newer import has listed again, and old trials.
--
--   SELECT * FROM cpn_tidy();
--
CREATE OR REPLACE FUNCTION cpn_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    listed bigint;
    trials bigint;
    imports bigint;
BEGIN
    DELETE FROM cpn_trials
    WHERE cpn_trials.createdAt < moment - interval '7 days';
    GET DIAGNOSTICS trials = ROW_COUNT;

    UPDATE cpn_imports
    SET state = 'failed', error = 'It was cut off.', finishedAt = moment
    WHERE
        cpn_imports.state = 'reading'
        AND cpn_imports.startedAt < moment - interval '1 day'
        AND NOT EXISTS (
            SELECT FROM job_runs WHERE job_runs.id = cpn_imports.runID AND job_runs.state = 'running'
        );

    DELETE FROM cpn_importRows
    WHERE
        cpn_importRows.importID NOT IN (SELECT cpn_imports.id FROM cpn_imports WHERE cpn_imports.state = 'reading');

    DELETE FROM cpn_skippedRows
    WHERE
        cpn_skippedRows.importID IN (
            SELECT ended.id
            FROM (
                SELECT
                    cpn_imports.id,
                    cpn_imports.startedAt,
                    row_number() OVER (
                        PARTITION BY cpn_imports.sourceID, cpn_imports.isTrial ORDER BY cpn_imports.id DESC
                    ) AS rank
                FROM cpn_imports
                WHERE cpn_imports.state <> 'reading'
            ) AS ended
            WHERE ended.rank > 5 OR ended.startedAt < moment - interval '30 days'
        );
    GET DIAGNOSTICS listed = ROW_COUNT;

    -- One that brought something is named by it.
    DELETE FROM cpn_imports
    WHERE
        cpn_imports.state <> 'reading'
        AND cpn_imports.startedAt < moment - interval '90 days'
        AND (cpn_imports.isTrial OR (cpn_imports.added = 0 AND cpn_imports.changed = 0 AND cpn_imports.ended = 0))
        AND EXISTS (
            SELECT
            FROM cpn_imports AS newer
            WHERE newer.sourceID = cpn_imports.sourceID AND newer.id > cpn_imports.id AND newer.state = 'done'
        )
        AND NOT EXISTS (SELECT FROM cpn_skippedRows WHERE cpn_skippedRows.importID = cpn_imports.id);
    GET DIAGNOSTICS imports = ROW_COUNT;

    RETURN done(
        'tidied',
        format('%s skipped rows, %s trials and %s imports were removed.', listed, trials, imports),
        jsonb_build_object('skippedRows', listed, 'trials', trials, 'imports', imports)
    );
END;
$$;

COMMENT ON FUNCTION cpn_tidy IS
'For the nightly job: skipped rows of all but the last five imports of a source, and after 30 days; trials after 7 days;
imports that changed nothing after 90 days. details: skippedRows, trials, imports.';

GRANT EXECUTE ON FUNCTION cpn_tidy TO portal_worker, portal_dba;
