-- Count what an import of coupons would do, and list what it would leave out.
--
--   SELECT cpn_tryCoupons(cpn_imports) FROM cpn_imports WHERE id = 42;
--
CREATE OR REPLACE FUNCTION cpn_tryCoupons(import cpn_imports)
RETURNS cpn_imports
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    upTo bigint := (SELECT max(cpn_importRows.position) FROM cpn_importRows WHERE cpn_importRows.importID = import.id);
    source cpn_sources;
    names record;
BEGIN
    SELECT * INTO source FROM cpn_sources WHERE cpn_sources.id = import.sourceID;
    SELECT * INTO names FROM cpn_readStagedNames(import.id);

    SELECT
        count(*),
        count(*) FILTER (WHERE staged.verdict = 'new' AND staged.rank = 1),
        count(*) FILTER (WHERE staged.verdict = 'no_code'),
        count(*) FILTER (
            WHERE
                staged.verdict IN ('unchanged', 'twice_in_buffer', 'changed_after_import', 'code_inside', 'deleted_inside')
                OR (staged.verdict = 'new' AND staged.rank > 1)
        )
    INTO import.rows, import.added, import.noCode, import.duplicate
    FROM (
        SELECT
            coupon.verdict,
            row_number() OVER (PARTITION BY coupon.code, coupon.verdict ORDER BY coupon.place) AS rank
        FROM cpn_readStagedCoupons(
            import.id, upTo, source.id, source.timeZone, source.categoryID, moment, names.categories, names.tariffs,
            names.periodLists, true
        ) AS coupon
    ) AS staged;
    import.rejected := import.rows - import.added - import.noCode - import.duplicate;

    INSERT INTO cpn_skippedRows (importID, position, key, code, reason, msg)
    SELECT import.id, skipped.place, skipped.key, left(skipped.given, 300), skipped.reason, cpn_describeSkip(skipped.reason)
    FROM (
        SELECT
            staged.place,
            staged.key,
            staged.given,
            CASE staged.verdict WHEN 'new' THEN 'twice_in_buffer' ELSE staged.verdict END AS reason
        FROM (
            SELECT
                coupon.place,
                coupon.key,
                coupon.given,
                coupon.verdict,
                row_number() OVER (PARTITION BY coupon.code, coupon.verdict ORDER BY coupon.place) AS rank
            FROM cpn_readStagedCoupons(
                import.id, upTo, source.id, source.timeZone, source.categoryID, moment, names.categories, names.tariffs,
                names.periodLists, true
            ) AS coupon
        ) AS staged
        WHERE staged.verdict NOT IN ('new', 'unchanged') OR (staged.verdict = 'new' AND staged.rank > 1)
        ORDER BY staged.place
        LIMIT 100000
    ) AS skipped
    ON CONFLICT DO NOTHING;

    UPDATE cpn_imports
    SET
        rows = import.rows,
        added = import.added,
        noCode = import.noCode,
        duplicate = import.duplicate,
        rejected = import.rejected
    WHERE cpn_imports.id = import.id;

    RETURN import;
END;
$$;

COMMENT ON FUNCTION cpn_tryCoupons IS
'A dry run by the same reading as cpn_takeCoupons: every count as it would be, and nothing but counts and reasons written.';
