-- Make coupons of the staged rows of an import and take them out of the staging table.
--
--   SELECT cpn_takeCoupons(cpn_imports) FROM cpn_imports WHERE id = 42;
--
CREATE OR REPLACE FUNCTION cpn_takeCoupons(import cpn_imports)
RETURNS cpn_imports
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    source cpn_sources;
    names record;
    upTo bigint;
    total bigint;
    gone bigint;
    known bigint := 0::bigint;
    room bigint;
    taken bigint := 0::bigint;
    more bigint;
    fresh bigint;
    unnamed bigint := 0::bigint;
    refused bigint := 0::bigint;
    skipped cpn_skippedRows[];
    -- A source whose rows are all new so far has more new ones.
    isFresh boolean := import.rows > 0 AND import.added = import.rows;
    mayBeNew boolean := import.rows = 0 OR import.added > 0;
BEGIN
    SELECT max(cpn_importRows.position), count(*) INTO upTo, total
    FROM cpn_importRows
    WHERE cpn_importRows.importID = import.id;

    IF total = 0 THEN
        RETURN import;
    END IF;

    -- Nobody deletes a category while coupons come into it.
    PERFORM FROM cpn_categories ORDER BY cpn_categories.id FOR KEY SHARE;

    SELECT * INTO source FROM cpn_sources WHERE cpn_sources.id = import.sourceID;

    IF NOT isFresh THEN
        -- What came before and is as it was then need not be read; nearly all rows of a source that is known.
        DELETE FROM cpn_importRows
        WHERE
            cpn_importRows.importID = import.id
            AND cpn_importRows.position <= upTo
            AND cpn_importRows.broken IS NULL
            AND cpn_getRowHash(
                cpn_importRows.useType, cpn_importRows.discountType, cpn_importRows.value, cpn_importRows.category,
                cpn_importRows.tariffs, cpn_importRows.periods, cpn_importRows.validFrom, cpn_importRows.validUntil,
                cpn_importRows.maxUses, cpn_importRows.maxUsesPerPerson, cpn_importRows.note
            ) = (
                SELECT cpn_coupons.rowHash
                FROM cpn_coupons
                WHERE
                    cpn_coupons.code = cpn_normaliseCode(cpn_importRows.code)
                    AND cpn_coupons.sourceID = import.sourceID
                    AND cpn_coupons.sourceKey = cpn_importRows.key
                    AND cpn_coupons.importID <> import.id
                    AND cpn_coupons.status <> 'deleted'
            );
        GET DIAGNOSTICS known = ROW_COUNT;
        total := total - known;
    END IF;

    FOR pass IN 1 .. 3 LOOP
        EXIT WHEN total = 0;
        IF mayBeNew THEN
            PERFORM cpn_addCategories(import, source, upTo);
        END IF;
        SELECT * INTO names FROM cpn_readStagedNames(import.id);

        IF mayBeNew THEN
            INSERT INTO cpn_coupons (
                code, written, categoryID, useType, discountType, value, tariffIDs, periods, validFrom, validUntil,
                maxUses, maxUsesPerPerson, uses, status, note, sourceID, importID, sourceKey, contentHash,
                rowHash, createdAt
            )
            SELECT
                coupon.code, coupon.written, coupon.categoryID, coupon.useType, coupon.discountType, coupon.value,
                coupon.tariffIDs, coupon.periods, coupon.validFrom, coupon.validUntil, coupon.maxUses,
                coupon.maxUsesPerPerson, 0, 'active', coupon.note, source.id, import.id, coupon.key,
                coupon.contentHash, coupon.rowHash, moment
            FROM cpn_readStagedCoupons(
                import.id, upTo, source.id, source.timeZone, source.categoryID, moment, names.categories, names.tariffs,
                names.periodLists, NOT isFresh
            ) AS coupon
            WHERE coupon.verdict = 'new'
            ORDER BY coupon.place
            ON CONFLICT ON CONSTRAINT cpn_coupons_pkey DO NOTHING;
            GET DIAGNOSTICS more = ROW_COUNT;
            taken := taken + more;
            EXIT WHEN taken = total;
        END IF;

        room := 100000 - (SELECT count(*) FROM cpn_skippedRows WHERE cpn_skippedRows.importID = import.id);
        SELECT
            count(*) FILTER (WHERE staged.verdict = 'new'),
            count(*) FILTER (WHERE staged.verdict = 'no_code'),
            count(*) FILTER (
                WHERE
                    staged.verdict NOT IN (
                        'new', 'added', 'unchanged', 'no_code', 'twice_in_buffer', 'changed_after_import', 'code_inside',
                        'deleted_inside'
                    )
            ),
            array_agg(
                ROW(
                    import.id, staged.place, staged.key, left(staged.given, 300), staged.verdict,
                    cpn_describeSkip(staged.verdict)
                )::cpn_skippedRows
            ) FILTER (WHERE staged.verdict NOT IN ('new', 'added', 'unchanged') AND room > 0)
        INTO fresh, unnamed, refused, skipped
        FROM cpn_readStagedCoupons(
            import.id, upTo, source.id, source.timeZone, source.categoryID, moment, names.categories, names.tariffs,
            names.periodLists, true
        ) AS staged;
        EXIT WHEN fresh = 0;
        mayBeNew := true;
    END LOOP;

    IF skipped IS NOT NULL THEN
        INSERT INTO cpn_skippedRows (importID, position, key, code, reason, msg)
        SELECT row.importID, row.position, row.key, row.code, row.reason, row.msg
        FROM unnest(skipped) AS row
        ORDER BY row.position
        LIMIT room
        ON CONFLICT DO NOTHING;
    END IF;

    DELETE FROM cpn_importRows
    WHERE cpn_importRows.importID = import.id AND cpn_importRows.position <= upTo;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone <> total THEN
        RAISE EXCEPTION 'Rows were staged for import % while others were decided.', import.id USING ERRCODE = '40001';
    END IF;

    UPDATE cpn_imports
    SET
        rows = cpn_imports.rows + known + total,
        added = cpn_imports.added + taken,
        noCode = cpn_imports.noCode + unnamed,
        rejected = cpn_imports.rejected + refused,
        duplicate = cpn_imports.duplicate + known + total - taken - unnamed - refused
    WHERE cpn_imports.id = import.id
    RETURNING * INTO import;

    RETURN import;
END;
$$;

COMMENT ON FUNCTION cpn_takeCoupons IS
'The rule of coupons: what is not here is added, everything else is counted and stays as it is. The caller holds the import.';
