-- Which promotions touch which lines of a basket, and what the lines that each of them touches cost.
--
--   SELECT * FROM loy_readHits('{"lines": []}', '{"store": "s001"}', now(), 1, loy_readGoods('{"lines": []}'));
--
CREATE OR REPLACE FUNCTION loy_readHits(
    basket jsonb, context jsonb, at timestamptz, setVersion bigint, goods loy_goods
)
RETURNS loy_hits
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    hits loy_hits;
    gross bigint[] := goods.gross;
    total bigint := goods.usualTotal;
BEGIN
    SELECT
        coalesce(array_agg(own.number) FILTER (WHERE own.part = 0), '{}'),
        coalesce(array_agg(own.gross) FILTER (WHERE own.part = 0), '{}'),
        coalesce(array_agg(own.lines) FILTER (WHERE own.part = 0), '{}'),
        coalesce(array_agg(own.number) FILTER (WHERE own.part > 0), '{}'),
        coalesce(array_agg(own.part) FILTER (WHERE own.part > 0), '{}'),
        coalesce(array_agg(own.lines) FILTER (WHERE own.part > 0), '{}')
    INTO hits.touched, hits.gross, hits.lists, hits.partNumbers, hits.parts, hits.partLists
    FROM (
        SELECT
            found.number,
            found.part,
            found.lines,
            CASE
                WHEN found.part > 0 THEN NULL
                WHEN found.lines IS NULL THEN total
                ELSE (SELECT sum(gross[l.line]) FROM unnest(string_to_array(found.lines, ',')::integer[]) AS l (line))
            END::bigint AS gross
        FROM loy_match(basket, context, at, setVersion) AS found
    ) AS own;
    RETURN hits;
END;
$$;

COMMENT ON FUNCTION loy_readHits IS
'What loy_match finds, as lists.';
