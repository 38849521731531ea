-- End an import: decide what is left to decide, or say why it could not be read.
--
--   SELECT * FROM cpn_finishImport(42);
--
CREATE OR REPLACE FUNCTION cpn_finishImport(importID bigint, error text DEFAULT NULL, said jsonb DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    import cpn_imports;
    source cpn_sources;
    why text := left(nullif(btrim(error), ''), 2000);
    whySaid jsonb := CASE WHEN why IS NOT NULL THEN said END;
BEGIN
    SELECT cpn_sources.* INTO source
    FROM cpn_imports
    INNER JOIN cpn_sources ON cpn_sources.id = cpn_imports.sourceID
    WHERE cpn_imports.id = cpn_finishImport.importID
    FOR NO KEY UPDATE OF cpn_sources;

    SELECT * INTO import
    FROM cpn_imports
    WHERE cpn_imports.id = cpn_finishImport.importID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_import', format('There is no import %s.', importID));
    END IF;
    IF import.state <> 'reading' THEN
        RETURN refuse('import_over', format('Import %s is over.', importID));
    END IF;

    IF why IS NULL THEN
        import := CASE
            WHEN source.holds = 'discounts' THEN cpn_takeDiscounts(import, source)
            WHEN import.isTrial THEN cpn_tryCoupons(import)
            ELSE cpn_takeCoupons(import)
        END;
    END IF;

    DELETE FROM cpn_importRows WHERE cpn_importRows.importID = import.id;

    UPDATE cpn_imports
    SET
        state = CASE WHEN why IS NOT NULL THEN 'failed' WHEN import.state = 'held' THEN 'held' ELSE 'done' END,
        error = why,
        errorSaid = whySaid,
        finishedAt = moment
    WHERE cpn_imports.id = import.id
    RETURNING * INTO import;

    -- A trial proves that a source can be read, but its failure is not the schedule's.
    IF why IS NULL OR NOT import.isTrial THEN
        UPDATE cpn_sources
        SET
            failure = why,
            failureSaid = whySaid,
            failures = CASE WHEN why IS NULL THEN 0 ELSE cpn_sources.failures + 1 END,
            failedAt = CASE WHEN why IS NOT NULL THEN moment END,
            endingIsAllowed = cpn_sources.endingIsAllowed AND (import.isTrial OR import.state <> 'done')
        WHERE cpn_sources.id = source.id;
    END IF;

    -- Plans made for an empty table would go on for as long as their connections live.
    IF import.added >= 10000 AND NOT import.isTrial THEN
        IF source.holds = 'coupons' THEN
            ANALYZE cpn_coupons;
        ELSE
            ANALYZE cpn_personalDiscounts;
        END IF;
    END IF;

    RETURN done(
        CASE import.state WHEN 'failed' THEN 'import_failed' WHEN 'held' THEN 'import_held' ELSE 'import_done' END,
        CASE import.state
            WHEN 'failed' THEN format('%s could not be read: %s', source.name, why)
            WHEN 'held' THEN format('%s would end %s personal discounts and waits for a word.', source.name, import.ended)
            ELSE format('%s: %s rows, %s added.', source.name, import.rows, import.added)
        END,
        jsonb_build_object(
            'importID', import.id, 'state', import.state, 'rows', import.rows, 'added', import.added,
            'changed', import.changed, 'unchanged', import.unchanged, 'duplicate', import.duplicate,
            'noCode', import.noCode, 'rejected', import.rejected, 'ended', import.ended, 'waiting', import.waiting
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_finishImport IS
'Ends an import. With an error it has failed: what was added stays, personal discounts are as they were; said is the same as
{code, details}, for other languages. Without one the staged rows that are left are decided; personal discounts all at once: the
buffer is the truth, so what differs is ended and given anew and what is missing is ended, unless that is a larger share of them
than the setting discountEndingShare: then nothing changes, and the import is held until cpn_allowEnding. details: the counts.
Done: import_done, import_held, import_failed.
Refuses: no_such_import, import_over.';

GRANT EXECUTE ON FUNCTION cpn_finishImport TO portal_worker, portal_dba;
