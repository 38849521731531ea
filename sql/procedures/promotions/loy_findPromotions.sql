-- Find promotions of a set by words and by what they are, with what is different in them from the set before.
--
--   SELECT rule.* FROM loy_findPromotions(4, 'columbia') AS found INNER JOIN loy_promotionList AS rule USING (set_version, code);
--
CREATE OR REPLACE FUNCTION loy_findPromotions(
    setVersion bigint,
    search text DEFAULT NULL,
    state text DEFAULT NULL,
    phase integer DEFAULT NULL,
    kind text DEFAULT NULL,
    isChanged boolean DEFAULT false,
    afterPhase integer DEFAULT NULL,
    afterCode text DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (set_version bigint, code text, change text, fields text[])
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT rule.set_version, rule.code, changes.change, changes.fields
    FROM loy_promotionList AS rule
    LEFT JOIN loy_promotionChanges AS changes ON changes.set_version = rule.set_version AND changes.code = rule.code
    WHERE
        rule.set_version = loy_findPromotions.setVersion
        AND (loy_findPromotions.state IS NULL OR rule.state = loy_findPromotions.state)
        AND (loy_findPromotions.phase IS NULL OR rule.phase = loy_findPromotions.phase)
        AND (loy_findPromotions.kind IS NULL OR rule.kind = loy_findPromotions.kind)
        AND (changes.change IS NOT NULL OR NOT coalesce(isChanged, false))
        AND (
            search IS NULL
            OR strpos(
                lower(concat_ws(' ', rule.code, rule.names, rule.conditions, rule.exclusion_class, rule.exclusion_group)), lower(search)
            ) > 0
        )
        AND (afterCode IS NULL OR (rule.phase, rule.code) > (afterPhase, afterCode))
    ORDER BY rule.phase, rule.code
    LIMIT least(greatest(rows, 1), 1000);
END;
$$;

COMMENT ON FUNCTION loy_findPromotions IS
'search: a part of the code, a name, a condition, the class or the group. state as in loy_promotionList; isChanged: only those that
differ from the set before. change and fields: as loy_promotionChanges says, null where nothing is different. By phase and code;
pages by key: afterPhase and afterCode are those of the last one of the page before.';

GRANT EXECUTE ON FUNCTION loy_findPromotions TO portal_web, portal_dba;
