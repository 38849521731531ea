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
BEGIN
    SELECT
        coalesce(array_agg(found.number), '{}'), coalesce(array_agg(found.part), '{}'), coalesce(array_agg(found.line), '{}')
    INTO hits.numbers, hits.parts, hits.lines
    FROM loy_match(basket, context, at, setVersion) AS found;

    SELECT coalesce(array_agg(touched.number), '{}'), coalesce(array_agg(touched.gross), '{}')
    INTO hits.touched, hits.gross
    FROM (
        SELECT hit.number, sum(gross[hit.line])::bigint AS gross
        FROM unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line)
        WHERE hit.part = 0
        GROUP BY hit.number
    ) AS touched;
    RETURN hits;
END;
$$;

COMMENT ON FUNCTION loy_readHits IS
'What loy_match finds, as lists.';
