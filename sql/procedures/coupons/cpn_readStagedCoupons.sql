-- The staged rows of an import as coupons, each with what becomes of it.
--
--   SELECT place, key, verdict, code FROM cpn_readStagedCoupons(42, 20000);
--
CREATE OR REPLACE FUNCTION cpn_readStagedCoupons(importID bigint, upTo bigint)
RETURNS TABLE (
    place bigint,
    key text,
    given text,
    verdict text,
    code text,
    written text,
    categoryName text,
    categoryID bigint,
    useType text,
    discountType text,
    value numeric,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz,
    validUntil timestamptz,
    maxUses integer,
    maxUsesPerPerson integer,
    note text,
    contentHash bigint,
    sourceID bigint,
    moment timestamptz
)
LANGUAGE sql
STABLE
AS $$
    -- OFFSET 0 keeps PostgreSQL from writing an expression out again wherever its column is read.
    WITH
    source AS (
        SELECT
            cpn_imports.sourceID,
            cpn_sources.timeZone,
            cpn_sources.categoryID,
            as_now() AS moment
        FROM cpn_imports
        INNER JOIN cpn_sources ON cpn_sources.id = cpn_imports.sourceID
        WHERE cpn_imports.id = cpn_readStagedCoupons.importID
        OFFSET 0
    ),

    staged AS (
        SELECT
            cpn_importRows.*,
            cpn_normaliseCode(cpn_importRows.code) AS found,
            lower(btrim(cpn_importRows.category)) AS categoryKey,
            nullif(nullif(btrim(cpn_importRows.validFrom), ''), '0') AS since,
            nullif(nullif(nullif(btrim(cpn_importRows.validUntil), ''), '0'), '+0') AS until,
            nullif(btrim(cpn_importRows.value), '') AS amount,
            nullif(btrim(cpn_importRows.maxUses), '') AS uses,
            nullif(btrim(cpn_importRows.maxUsesPerPerson), '') AS usesEach
        FROM cpn_importRows
        WHERE
            cpn_importRows.importID = cpn_readStagedCoupons.importID
            AND cpn_importRows.position <= cpn_readStagedCoupons.upTo
        OFFSET 0
    ),

    tariffLists AS (
        SELECT lists.given, cpn_readTariffs(lists.given) AS ids
        FROM (
            SELECT DISTINCT cpn_importRows.tariffs AS given
            FROM cpn_importRows
            WHERE cpn_importRows.importID = cpn_readStagedCoupons.importID AND cpn_importRows.tariffs <> ''
        ) AS lists
        OFFSET 0
    ),

    periodLists AS (
        SELECT lists.given, cpn_readPeriods(lists.given) AS months
        FROM (
            SELECT DISTINCT cpn_importRows.periods AS given
            FROM cpn_importRows
            WHERE cpn_importRows.importID = cpn_readStagedCoupons.importID AND cpn_importRows.periods <> ''
        ) AS lists
        OFFSET 0
    ),

    read AS (
        SELECT
            staged.position,
            staged.key,
            staged.code AS given,
            staged.found,
            staged.broken,
            staged.category,
            staged.categoryKey,
            staged.since,
            staged.until,
            staged.amount,
            staged.uses,
            staged.usesEach,
            staged.note,
            source.sourceID,
            source.moment,
            source.timeZone,
            CASE WHEN staged.categoryKey <> '' THEN cpn_categories.id ELSE source.categoryID END AS categoryID,
            CASE coalesce(lower(btrim(staged.useType)), '')
                WHEN '' THEN CASE WHEN staged.uses <> '1' THEN 'multiple' ELSE 'single' END
                WHEN 'single' THEN 'single'
                WHEN 'multiple' THEN 'multiple'
            END AS useType,
            CASE coalesce(lower(btrim(staged.discountType)), '')
                WHEN '' THEN 'percentage'
                WHEN 'percentage' THEN 'percentage'
                WHEN 'amount' THEN 'amount'
                WHEN 'free' THEN 'free'
                WHEN 'freeaccess' THEN 'free'
            END AS discountType,
            CASE WHEN staged.amount ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,20})?$' THEN staged.amount::numeric END AS value,
            tariffLists.ids AS tariffIDs,
            periodLists.months AS periods,
            CASE
                WHEN staged.since IS NULL THEN coalesce(coupon.validFrom, source.moment)
                ELSE cpn_readMoment(staged.since, source.timeZone)
            END AS validFrom,
            CASE WHEN staged.uses ~ '^[0-9]{1,9}$' THEN nullif(staged.uses::integer, 0) END AS maxUses,
            CASE WHEN staged.usesEach ~ '^[0-9]{1,9}$' THEN nullif(staged.usesEach::integer, 0) END AS maxUsesPerPerson,
            coupon.status AS hereStatus,
            coupon.importID AS hereImportID,
            coupon.sourceID AS hereSourceID,
            coupon.sourceKey AS hereKey,
            coupon.contentHash AS hereHash
        FROM source
        CROSS JOIN staged
        LEFT JOIN cpn_categories ON lower(cpn_categories.name) = staged.categoryKey
        LEFT JOIN tariffLists ON tariffLists.given = staged.tariffs
        LEFT JOIN periodLists ON periodLists.given = staged.periods
        -- One look into the index a row, however many coupons there are.
        LEFT JOIN LATERAL (
            SELECT
                cpn_coupons.status::text AS status,
                cpn_coupons.importID,
                cpn_coupons.sourceID,
                cpn_coupons.sourceKey,
                cpn_coupons.contentHash,
                cpn_coupons.validFrom
            FROM cpn_coupons
            WHERE cpn_coupons.code = staged.found
            LIMIT 1
        ) AS coupon ON true
        OFFSET 0
    ),

    whole AS (
        SELECT
            read.*,
            cpn_readEnd(read.until, read.validFrom, read.timeZone) AS validUntil
        FROM read
        OFFSET 0
    ),

    hashed AS (
        SELECT
            whole.*,
            cpn_getContentHash(
                whole.useType,
                whole.discountType,
                CASE whole.discountType WHEN 'free' THEN 0.00 ELSE whole.value END,
                whole.categoryID,
                whole.tariffIDs,
                whole.periods,
                whole.validFrom,
                whole.validUntil,
                CASE whole.useType WHEN 'single' THEN 1 ELSE whole.maxUses END,
                CASE whole.useType WHEN 'multiple' THEN whole.maxUsesPerPerson END,
                coalesce(whole.note, '')
            ) AS contentHash
        FROM whole
        OFFSET 0
    )

    SELECT
        hashed.position,
        hashed.key,
        hashed.given,
        CASE
            WHEN hashed.broken = 'code' THEN 'broken_bytes'
            WHEN hashed.found IS NULL THEN 'no_code'
            WHEN hashed.hereImportID = cpn_readStagedCoupons.importID AND hashed.hereKey = hashed.key AND hashed.hereHash = hashed.contentHash
                THEN 'added'
            WHEN hashed.hereStatus = 'deleted' THEN 'deleted_inside'
            WHEN hashed.hereImportID <> cpn_readStagedCoupons.importID AND hashed.hereSourceID = hashed.sourceID THEN CASE
                WHEN hashed.hereKey <> hashed.key THEN 'twice_in_buffer'
                WHEN hashed.hereHash = hashed.contentHash THEN 'unchanged'
                ELSE 'changed_after_import'
            END
            WHEN hashed.hereStatus IS NOT NULL AND hashed.hereImportID IS DISTINCT FROM cpn_readStagedCoupons.importID THEN 'code_inside'
            WHEN hashed.broken IS NOT NULL THEN 'broken_bytes'
            WHEN length(hashed.found) > 255 OR length(hashed.given) > 255 AND length(cpn_trimCode(hashed.given)) > 255 THEN 'code_too_long'
            WHEN hashed.found ~ '[\u0001-\u001f\u007f-\u009f]' THEN 'code_unreadable'
            WHEN hashed.useType IS NULL OR hashed.discountType IS NULL THEN 'unknown_type'
            WHEN hashed.discountType <> 'free' AND hashed.amount IS NULL THEN 'value_missing'
            WHEN hashed.discountType <> 'free' AND hashed.value IS NULL THEN 'value_not_a_number'
            WHEN hashed.discountType = 'percentage' AND (hashed.value <= 0 OR hashed.value > 100) THEN 'percentage_out_of_range'
            WHEN hashed.discountType = 'amount' AND hashed.value <= 0 THEN 'value_not_positive'
            WHEN hashed.discountType = 'amount' AND hashed.value > 1000000 THEN 'value_too_large'
            WHEN hashed.discountType <> 'free' AND hashed.value <> round(hashed.value, 2) THEN 'value_too_precise'
            WHEN length(hashed.categoryKey) > 100 THEN 'category_too_long'
            WHEN hashed.tariffIDs = '{}' THEN 'no_such_tariff'
            WHEN hashed.periods = '{}' THEN 'no_such_period'
            WHEN hashed.validFrom IS NULL OR hashed.until IS NOT NULL AND hashed.validUntil IS NULL THEN 'broken_date'
            WHEN hashed.validUntil <= hashed.validFrom THEN 'ends_before_start'
            WHEN
                hashed.useType = 'multiple'
                AND (hashed.uses !~ '^[0-9]{1,9}$' OR hashed.usesEach !~ '^[0-9]{1,9}$')
                THEN 'limit_not_a_number'
            WHEN length(hashed.note) > 10000 THEN 'note_too_long'
            WHEN hashed.hereStatus IS NOT NULL THEN 'twice_in_buffer'
            ELSE 'new'
        END,
        hashed.found,
        cpn_trimCode(hashed.given),
        nullif(btrim(hashed.category), ''),
        hashed.categoryID,
        hashed.useType,
        hashed.discountType,
        CASE hashed.discountType WHEN 'free' THEN 0.00 ELSE hashed.value END,
        hashed.tariffIDs,
        hashed.periods,
        hashed.validFrom,
        hashed.validUntil,
        CASE hashed.useType WHEN 'single' THEN 1 ELSE hashed.maxUses END,
        CASE hashed.useType WHEN 'multiple' THEN hashed.maxUsesPerPerson END,
        coalesce(hashed.note, ''),
        hashed.contentHash,
        hashed.sourceID,
        hashed.moment
    FROM hashed
$$;

COMMENT ON FUNCTION cpn_readStagedCoupons IS
'Reads the texts of cpn_importRows up to a position. verdict: new (to be added), added (by this import), unchanged (came before
and is as it was then), no_code, one of twice_in_buffer, changed_after_import, code_inside, deleted_inside, or why the row
cannot be a coupon. Where a value is missing: single use (multiple where maxUses says more), percentage, valid from now,
the category of the source. Of rows with the same new code all are new.';
