-- Which promotions touch which lines of a basket.
--
--   SELECT * FROM loy_match('{"lines": [{"line": 1, "sku": "a1", "qty": "1", "price": "10.00"}]}', '{"store": "s001"}', now(), 1);
--
CREATE OR REPLACE FUNCTION loy_match(basket jsonb, context jsonb, at timestamptz, setVersion bigint)
RETURNS TABLE (number integer, part integer, line integer)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
-- How many lines a basket has is not known when it is planned, and joining a list with a list row by row takes seconds.
SET enable_nestloop = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    local timestamp := at AT TIME ZONE coalesce(context ->> 'timeZone', 'UTC');
    spent text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(context -> 'exhausted', '[]')));
    bounds numeric[] := (SELECT sets.priceBounds FROM loy_promotionSets AS sets WHERE sets.version = setVersion);
    carried text[];
    carriers integer[];
    kinds text[];
    surroundings text[];
BEGIN
    SELECT array_agg(marks.token), array_agg(marks.line) INTO carried, carriers
    FROM (
        SELECT (l.given ->> 'line')::integer AS line, words.token
        FROM jsonb_array_elements(basket -> 'lines') AS l (given)
        CROSS JOIN LATERAL (
            SELECT '*' AS token
            UNION ALL
            SELECT 'sku=' || lower(l.given ->> 'sku')
            UNION ALL
            SELECT lower(attributes.name) || '=' || lower(attributes.value)
            FROM jsonb_each_text(l.given -> 'attributes') AS attributes (name, value)
            WHERE lower(attributes.name) NOT IN ('category', 'sku', 'price')
            UNION ALL
            SELECT 'price=' || width_bucket(round((l.given ->> 'price')::numeric, 2), bounds) WHERE cardinality(bounds) > 0
            UNION ALL
            SELECT 'category=' || array_to_string(path.steps[:depth.n], '/')
            FROM (SELECT string_to_array(lower(l.given -> 'attributes' ->> 'category'), '/') AS steps) AS path
            CROSS JOIN LATERAL generate_series(1, cardinality(path.steps)) AS depth (n)
        ) AS words
        WHERE NOT coalesce((l.given ->> 'special')::boolean, false) AND words.token IS NOT NULL
    ) AS marks;
    kinds := ARRAY(SELECT DISTINCT given.token FROM unnest(carried) AS given (token));

    surroundings := ARRAY(
        SELECT DISTINCT lower(words.token)
        FROM (
            SELECT '*'
            UNION ALL
            SELECT given.name || '=' || given.value
            FROM jsonb_each_text(context) AS given (name, value)
            WHERE given.name IN ('store', 'city', 'country', 'channel', 'tier', 'birthday')
            UNION ALL
            SELECT 'member=' || coalesce(context ->> 'isMember', 'false')
            UNION ALL
            SELECT 'segment=' || given.value FROM jsonb_array_elements_text(context -> 'segments') AS given (value)
            UNION ALL
            SELECT 'coupon=' || given.value FROM jsonb_array_elements_text(basket -> 'coupons') AS given (value)
            UNION ALL
            SELECT 'coupon=' || given.value FROM jsonb_array_elements_text(context -> 'coupons') AS given (value)
            UNION ALL
            SELECT 'weekday=' || extract(isodow FROM local)::text
            UNION ALL
            SELECT 'has.' || given.token FROM unnest(kinds) AS given (token) WHERE given.token <> '*'
        ) AS words (token)
    );

    -- From what the lines carry to the few promotions that touch them, and only of those what the receipt must be.
    RETURN QUERY
    WITH marks AS MATERIALIZED (
        SELECT given.token, given.line FROM unnest(carried, carriers) AS given (token, line)
    ), hits AS MATERIALIZED (
        SELECT tokens.number, tokens.part, marks.line
        FROM loy_promotionTokens AS tokens
        INNER JOIN marks ON marks.token = tokens.token
        WHERE
            tokens.setVersion = loy_match.setVersion
            AND tokens.token = ANY(kinds)
            AND (tokens.part >= 0 OR tokens.part = -2)
        GROUP BY tokens.number, tokens.part, marks.line
        HAVING count(*) >= max(tokens.needed)
    ), suitable AS MATERIALIZED (
        SELECT tokens.number
        FROM loy_promotionTokens AS tokens
        INNER JOIN unnest(surroundings) AS around (token) ON around.token = tokens.token
        WHERE
            tokens.setVersion = loy_match.setVersion
            AND tokens.number = ANY(ARRAY(SELECT DISTINCT hits.number FROM hits WHERE hits.part >= 0))
            AND tokens.part IN (-1, -3)
        GROUP BY tokens.number
        HAVING
            count(DISTINCT tokens.dimension) FILTER (WHERE tokens.part = -1) = max(tokens.needed)
            AND count(*) FILTER (WHERE tokens.part = -3) = 0
    ), candidates AS MATERIALIZED (
        SELECT known.number
        FROM loy_promotions AS known
        WHERE
            known.setVersion = loy_match.setVersion
            AND known.number = ANY(ARRAY(SELECT suitable.number FROM suitable))
            AND NOT known.isDisabled
            AND known.validity @> at
            AND loy_isOpenAt(known.hoursFrom, known.hoursTo, local::time)
            AND NOT known.code = ANY(spent)
    )
    SELECT hits.number, hits.part, hits.line
    FROM hits
    INNER JOIN candidates ON candidates.number = hits.number
    LEFT JOIN hits AS excepted ON excepted.number = hits.number AND excepted.line = hits.line AND excepted.part = -2
    WHERE hits.part >= 0 AND excepted.number IS NULL;
END;
$$;

COMMENT ON FUNCTION loy_match IS
'Counts, for every promotion that is valid at the moment and suits the receipt, how many of its conditions each line fulfils, and
gives the lines that fulfil all of them: part 0, and from 1 the parts of an offer that uses units (there part 0 must hold too).
Of prices a line carries the one band of the set that its price is in. Lines of special terms are touched by nothing. context.exhausted names promotions whose budget is spent.';
