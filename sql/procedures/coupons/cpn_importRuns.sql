-- The imports of a source, the newest first.
--
--   SELECT state, rows, added, duplicate, noCode, rejected, error FROM cpn_importRuns(3);
--
CREATE OR REPLACE FUNCTION cpn_importRuns(sourceID bigint, atMost integer DEFAULT 20)
RETURNS TABLE (
    importID bigint,
    state text,
    isTrial boolean,
    rows bigint,
    added bigint,
    changed bigint,
    unchanged bigint,
    duplicate bigint,
    noCode bigint,
    rejected bigint,
    ended bigint,
    waiting bigint,
    error text,
    startedAt timestamptz,
    finishedAt timestamptz,
    runID bigint
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        cpn_imports.id,
        cpn_imports.state,
        cpn_imports.isTrial,
        cpn_imports.rows,
        cpn_imports.added,
        cpn_imports.changed,
        cpn_imports.unchanged,
        cpn_imports.duplicate,
        cpn_imports.noCode,
        cpn_imports.rejected,
        cpn_imports.ended,
        cpn_imports.waiting,
        cpn_imports.error,
        cpn_imports.startedAt,
        cpn_imports.finishedAt,
        cpn_imports.runID
    FROM cpn_imports
    WHERE cpn_imports.sourceID = cpn_importRuns.sourceID
    ORDER BY cpn_imports.id DESC
    LIMIT cpn_importRuns.atMost;
END;
$$;

COMMENT ON FUNCTION cpn_importRuns IS
'The last imports of a source with their counts: every row read is added, changed, unchanged, duplicate, noCode or rejected.
The reasons stand in cpn_skippedRowList.';

GRANT EXECUTE ON FUNCTION cpn_importRuns TO portal_web, portal_dba;
