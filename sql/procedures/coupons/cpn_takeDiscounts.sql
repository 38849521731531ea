-- Make the personal discounts of a source what its staged rows say.
--
--   SELECT cpn_takeDiscounts(cpn_imports, cpn_sources) FROM cpn_imports, cpn_sources WHERE cpn_imports.id = 42;
--
CREATE OR REPLACE FUNCTION cpn_takeDiscounts(import cpn_imports, source cpn_sources)
RETURNS cpn_imports
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    instant timestamptz := as_now();
    share numeric := as_getSetting('discountEndingShare')::numeric;
    standing bigint;
    missing bigint;
    zeroed bigint;
BEGIN
    -- Nobody deletes a category while discounts come into it.
    PERFORM FROM cpn_categories ORDER BY cpn_categories.id FOR KEY SHARE;

    SELECT count(*) INTO standing
    FROM cpn_personalDiscounts
    WHERE cpn_personalDiscounts.sourceID = source.id AND cpn_personalDiscounts.endedAt IS NULL;

    SELECT
        count(*),
        count(*) FILTER (WHERE staged.verdict = 'added'),
        count(*) FILTER (WHERE staged.verdict IN ('changed', 'ended')),
        count(*) FILTER (WHERE staged.verdict IN ('unchanged', 'nothing')),
        count(*) FILTER (WHERE staged.verdict = 'person_twice'),
        count(*) FILTER (WHERE staged.verdict = 'nobody_named'),
        count(*) FILTER (WHERE staged.verdict = 'ended'),
        count(*) FILTER (WHERE staged.verdict IN ('added', 'changed', 'unchanged') AND staged.username IS NULL),
        -- A row that cannot be read is no removed one.
        standing - count(DISTINCT staged.discountID)
    INTO
        import.rows, import.added, import.changed, import.unchanged, import.duplicate, import.noCode, zeroed,
        import.waiting, missing
    FROM cpn_readStagedDiscounts(import.id) AS staged;
    import.rejected :=
        import.rows - import.added - import.changed - import.unchanged - import.duplicate - import.noCode;
    import.ended := missing + zeroed;

    INSERT INTO cpn_skippedRows (importID, position, key, code, reason, msg)
    SELECT
        import.id, skipped.place, skipped.key, left(skipped.given, 300), skipped.verdict, cpn_describeSkip(skipped.verdict)
    FROM (
        SELECT staged.place, staged.key, staged.given, staged.verdict
        FROM cpn_readStagedDiscounts(import.id) AS staged
        WHERE staged.verdict NOT IN ('added', 'changed', 'unchanged', 'ended', 'nothing')
        ORDER BY staged.place
        LIMIT 100000
    ) AS skipped
    ON CONFLICT DO NOTHING;

    IF import.ended * 100 > share * standing AND NOT source.endingIsAllowed THEN
        import.state := 'held';
    END IF;
    UPDATE cpn_imports
    SET
        rows = import.rows,
        added = import.added,
        changed = import.changed,
        unchanged = import.unchanged,
        duplicate = import.duplicate,
        noCode = import.noCode,
        rejected = import.rejected,
        ended = import.ended,
        waiting = import.waiting
    WHERE cpn_imports.id = import.id;
    IF import.isTrial OR import.state = 'held' THEN
        RETURN import;
    END IF;

    PERFORM cpn_addCategories(import, source, NULL);

    -- Somebody has got the key of one that waited.
    UPDATE cpn_personalDiscounts
    SET username = staged.username
    FROM cpn_readStagedDiscounts(import.id) AS staged
    WHERE
        cpn_personalDiscounts.id = staged.discountID
        AND cpn_personalDiscounts.username IS NULL
        AND staged.verdict = 'unchanged'
        AND staged.username IS NOT NULL;

    UPDATE cpn_personalDiscounts
    SET endedAt = instant, endedByImportID = import.id
    FROM (
        SELECT standing.id
        FROM cpn_personalDiscounts AS standing
        LEFT JOIN cpn_readStagedDiscounts(import.id) AS staged ON staged.discountID = standing.id
        WHERE standing.sourceID = source.id AND standing.endedAt IS NULL
        GROUP BY standing.id
        HAVING count(staged.place) = 0 OR bool_or(staged.verdict IN ('changed', 'ended'))
    ) AS over
    WHERE cpn_personalDiscounts.id = over.id;

    -- What was changed has been ended just now, so that it is new here.
    INSERT INTO cpn_personalDiscounts (
        username, identity, percentage, reason, categoryID, tariffIDs, periods, validFrom, validUntil, sourceID, importID,
        createdAt
    )
    SELECT
        coalesce(staged.username, earlier.username), staged.identity, staged.percentage, staged.reason, staged.categoryID,
        staged.tariffIDs, staged.periods, staged.validFrom, staged.validUntil, source.id, import.id, instant
    FROM cpn_readStagedDiscounts(import.id) AS staged
    LEFT JOIN cpn_personalDiscounts AS earlier
        ON
            earlier.sourceID = source.id
            AND earlier.identity = staged.identity
            AND earlier.endedByImportID = import.id
    WHERE staged.verdict = 'added'
    ORDER BY staged.place;

    PERFORM cpn_tellImported(import.id);

    RETURN import;
END;
$$;

COMMENT ON FUNCTION cpn_takeDiscounts IS
'The rule of personal discounts: afterwards those of the source are what its rows say, one a person, with every earlier one
kept as history. A row that cannot be read leaves the discount of its person as it is. The caller holds source and import.
Where more than discountEndingShare per cent of them would end, nothing changes and the state is held.';
