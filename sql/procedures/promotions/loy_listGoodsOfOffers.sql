-- Of every offer that uses units, the lines it may take them of, the dearest first.
--
--   SELECT * FROM loy_listGoodsOfOffers(goods, candidates, hits, '{t}');
--
CREATE OR REPLACE FUNCTION loy_listGoodsOfOffers(
    goods loy_goods, candidates loy_candidates, hits loy_hits, isSought boolean[]
)
RETURNS TABLE (
    candidate integer, lines integer[], prices bigint[], floors bigint[], quantities integer[], byLine integer[], fits boolean[]
)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    WITH units AS MATERIALIZED (
        SELECT
            own.c,
            hit.line,
            line.price,
            line.floor,
            line.units,
            array_agg(hit.part) AS parts,
            row_number() OVER (PARTITION BY own.c ORDER BY line.price DESC, hit.line)::integer AS place
        FROM unnest(candidates.numbers, isSought) WITH ORDINALITY AS own (number, isSought, c)
        INNER JOIN unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line) ON hit.number = own.number
        INNER JOIN unnest(goods.prices, goods.floors, goods.units) WITH ORDINALITY AS line (price, floor, units, place)
            ON line.place = hit.line
        WHERE own.isSought AND line.units > 0
        GROUP BY own.c, hit.line, line.price, line.floor, line.units
        HAVING bool_or(hit.part = 0) AND bool_or(hit.part > 0)
    )
    SELECT
        own.c::integer,
        own.lines,
        own.prices,
        own.floors,
        own.quantities,
        own.byLine,
        ARRAY(
            SELECT pieces.part = ANY(units.parts)
            FROM generate_series(
                1, jsonb_array_length(loy_getParts(candidates.kinds[own.c], candidates.offers[own.c]))
            ) AS pieces (part)
            CROSS JOIN units
            WHERE units.c = own.c
            ORDER BY pieces.part, units.place
        )
    FROM (
        SELECT
            units.c,
            array_agg(units.line ORDER BY units.place) AS lines,
            array_agg(units.price ORDER BY units.place) AS prices,
            array_agg(units.floor ORDER BY units.place) AS floors,
            array_agg(units.units ORDER BY units.place) AS quantities,
            array_agg(units.place ORDER BY units.line) AS byLine
        FROM units
        GROUP BY units.c
    ) AS own
    ORDER BY own.c;
END;
$$;

COMMENT ON FUNCTION loy_listGoodsOfOffers IS
'Only of candidates for which isSought is true. fits says part by part which of the lines it may take; byLine are the places of the
lines in the order of their numbers.';
