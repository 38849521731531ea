-- Which promotions touch which lines of a basket.
--
--   SELECT * FROM loy_match('{"lines": [{"line": 1, "sku": "a1", "qty": "1", "price": "10.00"}]}', '{"store": "s001"}', now(), 1);
--
CREATE OR REPLACE FUNCTION loy_match(basket jsonb, context jsonb, at timestamptz, setVersion bigint)
RETURNS TABLE (number integer, part integer, lines text)
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
    -- A bit for each line, by its number.
    none varbit := repeat(
        '0', 1 + coalesce((SELECT max((l.given ->> 'line')::integer) FROM jsonb_array_elements(basket -> 'lines') AS l (given)), 0)
    )::varbit;
    everything varbit;
    kinds text[];
    masks varbit[];
    lists text[];
    sizes integer[];
    surroundings text[];
BEGIN
    SELECT array_agg(own.token), array_agg(own.mask), array_agg(own.list), array_agg(own.size) INTO kinds, masks, lists, sizes
    FROM (
        SELECT
            marks.token,
            bit_or(set_bit(none, marks.line, 1))::varbit AS mask,
            string_agg(marks.line::text, ',') AS list,
            count(*)::integer AS size
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
        ) AS marks
        GROUP BY marks.token
    ) AS own;
    everything := masks[array_position(kinds, '*')];

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

    -- From what the lines carry to the few promotions that touch them, and only of those what the receipt must be. Of each list of
    -- tokens the lines that carry one, then those that are in all lists: out of the shortest, whose length it carries before it.
    RETURN QUERY
    WITH terms AS (
        SELECT
            tokens.number,
            tokens.part,
            max(tokens.needed) AS needed,
            bit_or(own.mask) AS mask,
            lpad(sum(own.size)::text, 9, '0') || string_agg(own.list, ',') AS list
        FROM loy_promotionTokens AS tokens
        INNER JOIN unnest(kinds, masks, lists, sizes) AS own (token, mask, list, size) ON own.token = tokens.token
        WHERE
            tokens.setVersion = loy_match.setVersion
            AND tokens.token = ANY(kinds)
            AND (tokens.part >= 0 OR tokens.part = -2)
        GROUP BY tokens.number, tokens.part, tokens.dimension
    ), hits AS MATERIALIZED (
        SELECT
            terms.number,
            terms.part,
            CASE WHEN terms.part >= 0 THEN bit_and(terms.mask) ELSE bit_or(terms.mask) END AS mask,
            min(terms.list) AS list
        FROM terms
        GROUP BY terms.number, terms.part
        HAVING count(*) >= max(terms.needed) AND (terms.part < 0 OR bit_and(terms.mask) <> none)
    ), suitable AS MATERIALIZED (
        SELECT tokens.number
        FROM loy_promotionTokens AS tokens
        INNER JOIN unnest(surroundings) AS around (token) ON around.token = tokens.token
        WHERE
            tokens.setVersion = loy_match.setVersion
            AND tokens.number = ANY(ARRAY(SELECT hits.number FROM hits WHERE hits.part = 0))
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
    SELECT
        own.number,
        own.part,
        CASE
            WHEN own.mask = everything THEN NULL
            WHEN bit_count(own.mask) = left(own.list, 9)::integer THEN substr(own.list, 10)
            ELSE array_to_string(
                ARRAY(
                    SELECT DISTINCT l.line
                    FROM unnest(string_to_array(substr(own.list, 10), ',')::integer[]) AS l (line)
                    WHERE get_bit(own.mask, l.line) = 1
                ),
                ','
            )
        END
    FROM (
        SELECT
            hits.number,
            hits.part,
            hits.list,
            CASE WHEN excepted.mask IS NULL THEN hits.mask ELSE hits.mask & ~excepted.mask END AS mask
        FROM hits
        INNER JOIN candidates ON candidates.number = hits.number
        LEFT JOIN hits AS excepted ON excepted.number = hits.number AND excepted.part = -2
        WHERE hits.part >= 0
    ) AS own
    WHERE own.mask <> none;
END;
$$;

COMMENT ON FUNCTION loy_match IS
'For every promotion that is valid at the moment and suits the receipt, the lines that fulfil all of its conditions: part 0, and
from 1 the parts of an offer that uses units (there part 0 must hold too). lines: their numbers in no order, between them commas; null
for all that are not of special terms, which nothing touches.
Of prices a line carries the one band of the set that its price is in. context.exhausted names promotions whose budget is spent.';
