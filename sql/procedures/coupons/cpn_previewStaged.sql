-- The staged rows of a trial as they would be taken; the trial is gone afterwards.
--
--   SELECT * FROM cpn_previewStaged(42);
--
CREATE OR REPLACE FUNCTION cpn_previewStaged(importID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    import cpn_imports;
    source cpn_sources;
    moment timestamptz := as_now();
    names record;
    lines jsonb;
BEGIN
    SELECT * INTO import
    FROM cpn_imports
    WHERE cpn_imports.id = cpn_previewStaged.importID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_import', format('There is no import %s.', importID));
    END IF;
    IF import.state <> 'reading' THEN
        RETURN refuse('import_over', format('Import %s is over.', importID));
    END IF;
    IF NOT import.isTrial THEN
        RETURN refuse('not_a_trial', format('Import %s is no trial.', importID));
    END IF;

    SELECT * INTO source
    FROM cpn_sources
    WHERE cpn_sources.id = import.sourceID;

    SELECT * INTO names FROM cpn_readStagedNames(import.id);

    IF source.holds = 'coupons' THEN
        SELECT
            jsonb_agg(
                jsonb_build_object(
                    'position', coupon.place, 'key', coupon.key, 'code', coupon.given, 'useType', coupon.useType,
                    'discountType', coupon.discountType, 'value', coupon.value::text, 'currency', as_getSetting('currency'),
                    'category', coalesce(coupon.categoryName, cpn_categories.name), 'tariffs', (
                        SELECT jsonb_agg(as_trf_tariffs.name ORDER BY as_trf_tariffs.sortOrder)
                        FROM as_trf_tariffs
                        WHERE as_trf_tariffs.id = ANY (coupon.tariffIDs)
                    ),
                    'periods', coupon.periods, 'validFrom', coupon.validFrom, 'validUntil', coupon.validUntil,
                    'maxUses', coupon.maxUses, 'maxUsesPerPerson', coupon.maxUsesPerPerson, 'note', left(coupon.note, 200),
                    'verdict', coupon.verdict, 'msg', cpn_describeSkip(coupon.verdict)
                )
                ORDER BY coupon.place
            )
        INTO lines
        FROM cpn_readStagedCoupons(
            import.id, 1000::bigint, source.id, source.timeZone, source.categoryID, moment, names.categories, names.tariffs,
            names.periodLists, true
        ) AS coupon
        LEFT JOIN cpn_categories ON cpn_categories.id = coupon.categoryID;
    ELSE
        SELECT
            jsonb_agg(
                jsonb_build_object(
                    'position', discount.place, 'key', discount.key, 'identity', discount.given,
                    'username', discount.username, 'percentage', discount.percentage::text, 'reason', left(discount.reason, 200),
                    'category', coalesce(discount.categoryName, cpn_categories.name), 'tariffs', (
                        SELECT jsonb_agg(as_trf_tariffs.name ORDER BY as_trf_tariffs.sortOrder)
                        FROM as_trf_tariffs
                        WHERE as_trf_tariffs.id = ANY (discount.tariffIDs)
                    ),
                    'periods', discount.periods, 'validFrom', discount.validFrom, 'validUntil', discount.validUntil,
                    'verdict', discount.verdict, 'msg', cpn_describeSkip(discount.verdict)
                )
                ORDER BY discount.place
            )
        INTO lines
        FROM cpn_readStagedDiscounts(import.id) AS discount
        LEFT JOIN cpn_categories ON cpn_categories.id = discount.categoryID;
    END IF;

    DELETE FROM cpn_importRows WHERE cpn_importRows.importID = import.id;
    DELETE FROM cpn_imports WHERE cpn_imports.id = import.id;

    RETURN done(
        'rows_previewed',
        format('%s rows.', coalesce(jsonb_array_length(lines), 0)),
        jsonb_build_object('holds', source.holds, 'rows', coalesce(lines, '[]'))
    );
END;
$$;

COMMENT ON FUNCTION cpn_previewStaged IS
'For the first rows of a source: how each is read through the mapping, and its verdict (new, unchanged, a reason, …) with a
sentence where it would be left out. Takes the trial away. details: {holds, rows}.
Refuses: no_such_import, import_over, not_a_trial.';

GRANT EXECUTE ON FUNCTION cpn_previewStaged TO portal_worker, portal_dba;
