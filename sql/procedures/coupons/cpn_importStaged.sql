-- Decide the rows of an import that are staged so far.
--
--   SELECT * FROM cpn_importStaged(42);
--
CREATE OR REPLACE FUNCTION cpn_importStaged(importID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    import cpn_imports;
    holds text;
    total bigint;
BEGIN
    SELECT * INTO import
    FROM cpn_imports
    WHERE cpn_imports.id = cpn_importStaged.importID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_import', format('There is no import %s.', importID));
    END IF;
    IF import.state <> 'reading' THEN
        RETURN refuse('import_over', format('Import %s is over.', importID));
    END IF;

    SELECT cpn_sources.holds INTO holds
    FROM cpn_sources
    WHERE cpn_sources.id = import.sourceID;

    IF import.isTrial OR holds = 'discounts' THEN
        -- What is new, missing or twice shows only when all of them are there.
        SELECT count(*) INTO total
        FROM cpn_importRows
        WHERE cpn_importRows.importID = import.id;

        UPDATE cpn_imports SET rows = total WHERE cpn_imports.id = import.id;
    ELSE
        import := cpn_takeCoupons(import);
        total := import.rows;
    END IF;

    RETURN done(
        'staged_decided',
        format('%s rows so far.', total),
        jsonb_build_object('importID', import.id, 'rows', total, 'added', import.added)
    );
END;
$$;

COMMENT ON FUNCTION cpn_importStaged IS
'Called after each portion of rows. Coupons are decided and leave the staging table: a new code becomes a coupon, every other
row is counted and, with its reason, listed in cpn_skippedRowList. Personal discounts and trials wait for cpn_finishImport and
are only counted here.
Refuses: no_such_import, import_over.';

GRANT EXECUTE ON FUNCTION cpn_importStaged TO portal_worker, portal_dba;
