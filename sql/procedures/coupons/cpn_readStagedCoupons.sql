-- The staged rows of an import as coupons, each with what becomes of it.
--
--   SELECT place, key, verdict, code FROM cpn_readStagedCoupons(42, 20000, 3, 'UTC', NULL, as_now(), '{}', '{}', '{}', true);
--
CREATE OR REPLACE FUNCTION cpn_readStagedCoupons(
    importID bigint,
    upTo bigint,
    sourceID bigint,
    timeZone text,
    ownCategoryID bigint,
    moment timestamptz,
    categories jsonb,
    tariffs jsonb,
    periodLists jsonb,
    looksUp boolean
)
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
    rowHash bigint
)
LANGUAGE sql
STABLE
AS $$
    -- OFFSET 0 keeps PostgreSQL from writing an expression out again wherever its column is read. What is the same for
    -- all rows comes as arguments, and nothing is joined but the coupon: no statistics tell how many rows are staged.
    WITH
    staged AS (
        SELECT
            cpn_importRows.*,
            cpn_normaliseCode(cpn_importRows.code) AS found,
            lower(btrim(cpn_importRows.category)) AS categoryKey,
            nullif(nullif(btrim(cpn_importRows.validFrom), ''), '0') AS since,
            nullif(nullif(nullif(btrim(cpn_importRows.validUntil), ''), '0'), '+0') AS until,
            nullif(btrim(cpn_importRows.value), '') AS amount,
            nullif(btrim(cpn_importRows.maxUses), '') AS uses,
            nullif(btrim(cpn_importRows.maxUsesPerPerson), '') AS usesEach,
            cpn_getRowHash(
                cpn_importRows.useType, cpn_importRows.discountType, cpn_importRows.value, cpn_importRows.category,
                cpn_importRows.tariffs, cpn_importRows.periods, cpn_importRows.validFrom, cpn_importRows.validUntil,
                cpn_importRows.maxUses, cpn_importRows.maxUsesPerPerson, cpn_importRows.note
            ) AS rowHash
        FROM cpn_importRows
        WHERE
            cpn_importRows.importID = cpn_readStagedCoupons.importID
            AND cpn_importRows.position <= cpn_readStagedCoupons.upTo
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
            staged.until,
            staged.amount,
            staged.rowHash,
            CASE
                WHEN staged.categoryKey <> ''
                    THEN (cpn_readStagedCoupons.categories ->> staged.categoryKey)::bigint
                ELSE cpn_readStagedCoupons.ownCategoryID
            END AS categoryID,
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
            cpn_readNumber(staged.amount) AS value,
            (cpn_readStagedCoupons.tariffs ->> staged.tariffs)::bigint[] AS tariffIDs,
            (cpn_readStagedCoupons.periodLists ->> staged.periods)::integer[] AS periods,
            CASE
                WHEN staged.since IS NULL THEN coalesce(here.validFrom, cpn_readStagedCoupons.moment)
                ELSE cpn_readMoment(staged.since, cpn_readStagedCoupons.timeZone)
            END AS validFrom,
            -- Below zero where it is no number.
            coalesce(cpn_readLimit(staged.uses), CASE WHEN staged.uses <> '' THEN -1 END) AS maxUses,
            coalesce(cpn_readLimit(staged.usesEach), CASE WHEN staged.usesEach <> '' THEN -1 END) AS maxUsesPerPerson,
            coalesce(staged.note, '') AS note,
            here.status AS hereStatus,
            here.importID AS hereImportID,
            here.sourceID AS hereSourceID,
            here.sourceKey AS hereKey,
            here.rowHash AS hereRowHash,
            here.contentHash AS hereContentHash
        FROM staged
        -- One look into the index a row, however many coupons there are.
        LEFT JOIN LATERAL (
            SELECT
                cpn_coupons.status::text AS status,
                cpn_coupons.importID,
                cpn_coupons.sourceID,
                cpn_coupons.sourceKey,
                cpn_coupons.rowHash,
                cpn_coupons.contentHash,
                cpn_coupons.validFrom
            FROM cpn_coupons
            WHERE cpn_readStagedCoupons.looksUp AND cpn_coupons.code = staged.found
            LIMIT 1
        ) AS here ON true
        OFFSET 0
    ),

    whole AS (
        SELECT
            read.*,
            cpn_readEnd(read.until, read.validFrom, cpn_readStagedCoupons.timeZone) AS validUntil,
            CASE read.discountType WHEN 'free' THEN 0.00 ELSE read.value END AS kept,
            CASE read.useType WHEN 'single' THEN 1 ELSE nullif(read.maxUses, 0) END AS keptUses,
            CASE read.useType WHEN 'multiple' THEN nullif(read.maxUsesPerPerson, 0) END AS keptUsesPerPerson
        FROM read
        OFFSET 0
    )

    SELECT
        whole.position,
        whole.key,
        whole.given,
        CASE
            WHEN whole.broken = 'code' THEN 'broken_bytes'
            WHEN whole.found IS NULL THEN 'no_code'
            WHEN
                whole.hereImportID = cpn_readStagedCoupons.importID
                AND whole.hereKey = whole.key
                AND whole.hereRowHash = whole.rowHash
                THEN 'added'
            WHEN whole.hereStatus = 'deleted' THEN 'deleted_inside'
            WHEN whole.hereImportID <> cpn_readStagedCoupons.importID AND whole.hereSourceID = cpn_readStagedCoupons.sourceID THEN CASE
                WHEN whole.hereKey <> whole.key THEN 'twice_in_buffer'
                WHEN whole.hereRowHash = whole.rowHash THEN 'unchanged'
                WHEN whole.hereContentHash = cpn_getContentHash(
                    whole.useType, whole.discountType, whole.kept, whole.categoryID, whole.tariffIDs, whole.periods,
                    whole.validFrom, whole.validUntil, whole.keptUses, whole.keptUsesPerPerson, whole.note
                ) THEN 'unchanged'
                ELSE 'changed_after_import'
            END
            WHEN
                whole.hereStatus IS NOT NULL
                AND whole.hereImportID IS DISTINCT FROM cpn_readStagedCoupons.importID
                THEN 'code_inside'
            WHEN whole.broken IS NOT NULL THEN 'broken_bytes'
            WHEN
                length(whole.found) > 255
                OR (length(whole.given) > 255 AND length(cpn_trimCode(whole.given)) > 255)
                THEN 'code_too_long'
            WHEN
                -- JSON writes what steers a screen in more characters; only then a look at which it is pays.
                (
                    octet_length(to_json(whole.found)::text) <> length(whole.found) + 2
                    OR strpos(whole.found, E'\u007f') > 0
                )
                AND whole.found ~ '[\u0001-\u001f\u007f-\u009f]'
                THEN 'code_unreadable'
            WHEN whole.useType IS NULL OR whole.discountType IS NULL THEN 'unknown_type'
            WHEN whole.kept IS NULL AND whole.amount IS NULL THEN 'value_missing'
            WHEN whole.kept IS NULL THEN 'value_not_a_number'
            WHEN whole.discountType = 'percentage' AND (whole.kept <= 0 OR whole.kept > 100) THEN 'percentage_out_of_range'
            WHEN whole.discountType = 'amount' AND whole.kept <= 0 THEN 'value_not_positive'
            WHEN whole.discountType = 'amount' AND whole.kept > 1000000 THEN 'value_too_large'
            WHEN whole.kept <> round(whole.kept, 2) THEN 'value_too_precise'
            WHEN length(whole.categoryKey) > 100 THEN 'category_too_long'
            WHEN whole.tariffIDs = '{}' THEN 'no_such_tariff'
            WHEN whole.periods = '{}' THEN 'no_such_period'
            WHEN whole.validFrom IS NULL OR (whole.until IS NOT NULL AND whole.validUntil IS NULL) THEN 'broken_date'
            WHEN whole.validUntil <= whole.validFrom THEN 'ends_before_start'
            WHEN whole.keptUses < 0 OR whole.keptUsesPerPerson < 0 THEN 'limit_not_a_number'
            WHEN length(whole.note) > 10000 THEN 'note_too_long'
            WHEN whole.hereStatus IS NOT NULL THEN 'twice_in_buffer'
            ELSE 'new'
        END,
        whole.found,
        cpn_trimCode(whole.given),
        nullif(btrim(whole.category), ''),
        whole.categoryID,
        whole.useType,
        whole.discountType,
        whole.kept,
        whole.tariffIDs,
        whole.periods,
        whole.validFrom,
        whole.validUntil,
        whole.keptUses,
        whole.keptUsesPerPerson,
        whole.note,
        cpn_getContentHash(
            whole.useType, whole.discountType, whole.kept, whole.categoryID, whole.tariffIDs, whole.periods,
            whole.validFrom, whole.validUntil, whole.keptUses, whole.keptUsesPerPerson, whole.note
        ),
        whole.rowHash
    FROM whole
$$;

COMMENT ON FUNCTION cpn_readStagedCoupons IS
'Reads the texts of cpn_importRows up to a position. verdict: new (to be added), added (by this import), unchanged (came before
and is as it was then), no_code, one of twice_in_buffer, changed_after_import, code_inside, deleted_inside, or why the row
cannot be a coupon. Where a value is missing: single use (multiple where maxUses says more), percentage, valid from now,
ownCategoryID. Of rows with the same new code all are new. Three arguments are what cpn_readStagedNames answers.
looksUp false: the coupons are not looked at, so that also a code that is here is new.';
