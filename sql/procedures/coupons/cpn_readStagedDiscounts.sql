-- The staged rows of an import as personal discounts, each with what becomes of it.
--
--   SELECT place, key, verdict, identity FROM cpn_readStagedDiscounts(42);
--
CREATE OR REPLACE FUNCTION cpn_readStagedDiscounts(importID bigint)
RETURNS TABLE (
    place bigint,
    key text,
    given text,
    verdict text,
    identity text,
    username text,
    discountID bigint,
    categoryName text,
    categoryID bigint,
    percentage numeric,
    reason text,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz,
    validUntil timestamptz,
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
            cpn_sources.identityKind,
            as_now() AS moment
        FROM cpn_imports
        INNER JOIN cpn_sources ON cpn_sources.id = cpn_imports.sourceID
        WHERE cpn_imports.id = cpn_readStagedDiscounts.importID
        OFFSET 0
    ),

    staged AS (
        SELECT
            cpn_importRows.*,
            source.sourceID,
            source.timeZone,
            source.moment,
            source.categoryID AS ownCategoryID,
            source.identityKind || ':' || as_normaliseKey(source.identityKind, cpn_importRows.code) AS identity,
            lower(btrim(cpn_importRows.category)) AS categoryKey,
            nullif(nullif(btrim(cpn_importRows.validFrom), ''), '0') AS since,
            nullif(nullif(nullif(btrim(cpn_importRows.validUntil), ''), '0'), '+0') AS until,
            nullif(btrim(cpn_importRows.value), '') AS amount
        FROM source
        CROSS JOIN cpn_importRows
        WHERE cpn_importRows.importID = cpn_readStagedDiscounts.importID
        OFFSET 0
    ),

    tariffLists AS (
        SELECT lists.given, cpn_readTariffs(lists.given) AS ids
        FROM (
            SELECT DISTINCT cpn_importRows.tariffs AS given
            FROM cpn_importRows
            WHERE cpn_importRows.importID = cpn_readStagedDiscounts.importID AND cpn_importRows.tariffs <> ''
        ) AS lists
        OFFSET 0
    ),

    periodLists AS (
        SELECT lists.given, cpn_readPeriods(lists.given) AS months
        FROM (
            SELECT DISTINCT cpn_importRows.periods AS given
            FROM cpn_importRows
            WHERE cpn_importRows.importID = cpn_readStagedDiscounts.importID AND cpn_importRows.periods <> ''
        ) AS lists
        OFFSET 0
    ),

    read AS (
        SELECT
            staged.*,
            -- A person who has given up the key keeps the discount, until somebody else has that key.
            coalesce(as_userKeys.username, cpn_personalDiscounts.username) AS username,
            CASE WHEN staged.categoryKey <> '' THEN cpn_categories.id ELSE staged.ownCategoryID END AS categoryID,
            cpn_readNumber(staged.amount) AS percentage,
            tariffLists.ids AS tariffIDs,
            periodLists.months AS months,
            CASE
                WHEN staged.since IS NULL THEN coalesce(cpn_personalDiscounts.validFrom, staged.moment)
                ELSE cpn_readMoment(staged.since, staged.timeZone)
            END AS startsAt,
            cpn_personalDiscounts.id AS discountID,
            cpn_personalDiscounts.username AS hereUsername,
            cpn_personalDiscounts.percentage AS herePercentage,
            cpn_personalDiscounts.reason AS hereReason,
            cpn_personalDiscounts.categoryID AS hereCategoryID,
            cpn_personalDiscounts.tariffIDs AS hereTariffIDs,
            cpn_personalDiscounts.periods AS herePeriods,
            cpn_personalDiscounts.validFrom AS hereValidFrom,
            cpn_personalDiscounts.validUntil AS hereValidUntil
        FROM staged
        LEFT JOIN cpn_categories ON lower(cpn_categories.name) = staged.categoryKey
        LEFT JOIN tariffLists ON tariffLists.given = staged.tariffs
        LEFT JOIN periodLists ON periodLists.given = staged.periods
        LEFT JOIN as_userKeys ON as_userKeys.key = staged.identity
        LEFT JOIN cpn_personalDiscounts
            ON
                cpn_personalDiscounts.sourceID = staged.sourceID
                AND cpn_personalDiscounts.identity = staged.identity
                AND cpn_personalDiscounts.endedAt IS NULL
        OFFSET 0
    ),

    whole AS (
        SELECT read.*, cpn_readEnd(read.until, read.startsAt, read.timeZone) AS endsAt
        FROM read
        OFFSET 0
    ),

    judged AS (
        SELECT
            whole.*,
            CASE
                WHEN whole.broken = 'code' THEN 'broken_bytes'
                WHEN cpn_normaliseCode(whole.code) IS NULL THEN 'nobody_named'
                WHEN whole.identity IS NULL THEN 'identity_unreadable'
                WHEN whole.broken IS NOT NULL THEN 'broken_bytes'
                WHEN whole.amount IS NULL THEN 'value_missing'
                WHEN whole.percentage IS NULL THEN 'value_not_a_number'
                WHEN whole.percentage < 0 OR whole.percentage > 100 THEN 'percentage_out_of_range'
                WHEN whole.percentage <> round(whole.percentage, 2) THEN 'value_too_precise'
                WHEN length(whole.categoryKey) > 100 THEN 'category_too_long'
                WHEN whole.tariffIDs = '{}' THEN 'no_such_tariff'
                WHEN whole.months = '{}' THEN 'no_such_period'
                WHEN whole.startsAt IS NULL OR whole.until IS NOT NULL AND whole.endsAt IS NULL THEN 'broken_date'
                WHEN whole.endsAt <= whole.startsAt THEN 'ends_before_start'
                WHEN length(whole.note) > 10000 THEN 'note_too_long'
            END AS fault
        FROM whole
        OFFSET 0
    ),

    ranked AS (
        SELECT
            judged.*,
            row_number() OVER (
                PARTITION BY judged.identity, judged.fault IS NULL ORDER BY judged.percentage DESC, judged.position
            ) AS rank
        FROM judged
    )

    SELECT
        ranked.position,
        ranked.key,
        ranked.code,
        CASE
            WHEN ranked.fault IS NOT NULL THEN ranked.fault
            WHEN ranked.rank > 1 THEN 'person_twice'
            WHEN ranked.percentage = 0 AND ranked.discountID IS NULL THEN 'nothing'
            WHEN ranked.percentage = 0 THEN 'ended'
            WHEN ranked.discountID IS NULL THEN 'added'
            WHEN
                ROW(
                    ranked.herePercentage, ranked.hereReason, ranked.hereCategoryID, ranked.hereTariffIDs, ranked.herePeriods,
                    ranked.hereValidFrom, ranked.hereValidUntil, coalesce(ranked.hereUsername, ranked.username)
                ) IS DISTINCT FROM ROW(
                    ranked.percentage, coalesce(ranked.note, ''), ranked.categoryID, ranked.tariffIDs, ranked.months,
                    ranked.startsAt, ranked.endsAt, ranked.username
                )
                THEN 'changed'
            ELSE 'unchanged'
        END,
        ranked.identity,
        ranked.username,
        ranked.discountID,
        nullif(btrim(ranked.category), ''),
        ranked.categoryID,
        ranked.percentage,
        coalesce(ranked.note, ''),
        ranked.tariffIDs,
        ranked.months,
        ranked.startsAt,
        ranked.endsAt,
        ranked.sourceID,
        ranked.moment
    FROM ranked
$$;

COMMENT ON FUNCTION cpn_readStagedDiscounts IS
'Reads the texts of cpn_importRows, all of an import. verdict: added, changed, unchanged, ended (0 per cent, where there was a
discount), nothing (0 per cent and there is none), person_twice (the largest of a person''s rows holds), nobody_named, or why
the row cannot be a discount. username: who has that key now; null where nobody does.';
