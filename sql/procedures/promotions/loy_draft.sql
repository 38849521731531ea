-- The open draft of the promotions; where there is none, one is begun as a copy of a published set.
--
--   SELECT * FROM loy_draft(3);
--
CREATE OR REPLACE FUNCTION loy_draft(fromVersion bigint DEFAULT NULL)
RETURNS loy_promotionSets
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    source bigint := coalesce(fromVersion, loy_getSetAt(as_now()));
    draft loy_promotionSets;
BEGIN
    SELECT * INTO draft FROM loy_promotionSets WHERE loy_promotionSets.publishedAt IS NULL FOR NO KEY UPDATE;
    IF FOUND THEN
        RETURN draft;
    END IF;

    INSERT INTO loy_promotionSets (note, settings, createdAt, priceBounds)
    -- All of them, so that a set stays what it is when the usual ones change.
    VALUES (
        '', loy_getSetSettings(source), clock_timestamp(),
        coalesce((SELECT sets.priceBounds FROM loy_promotionSets AS sets WHERE sets.version = source), '{}')
    )
    RETURNING * INTO draft;

    INSERT INTO loy_promotions
    SELECT (jsonb_populate_record(loy_promotions, jsonb_build_object('setversion', draft.version))).*
    FROM loy_promotions
    WHERE loy_promotions.setVersion = source;

    INSERT INTO loy_promotionTokens
    SELECT (jsonb_populate_record(loy_promotionTokens, jsonb_build_object('setversion', draft.version))).*
    FROM loy_promotionTokens
    WHERE loy_promotionTokens.setVersion = source;

    RETURN draft;
END;
$$;

COMMENT ON FUNCTION loy_draft IS
'The one open draft, locked. Where there is none it is begun: a copy of the given set, or of the one in force, or empty where none
was ever published. The caller holds the row of as_clock, so that two drafts are not begun at once.';
