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
DECLARE
    offers integer[] := ARRAY[]::integer[];
BEGIN
    FOR c IN 1..candidates.m LOOP
        IF isSought[c] THEN
            offers := offers || c;
        END IF;
    END LOOP;
    RETURN QUERY
    WITH pieces AS MATERIALIZED (
        SELECT
            found.c,
            pieces.part,
            string_to_array(found.list, ',')::integer[] AS touched,
            string_to_array(pieces.list, ',')::integer[] AS fitting
        FROM (
            SELECT sought.c, candidates.numbers[sought.c] AS number, hits.lists[array_position(hits.touched, candidates.numbers[sought.c])] AS list
            FROM unnest(offers) AS sought (c)
        ) AS found
        INNER JOIN unnest(hits.partNumbers, hits.parts, hits.partLists) AS pieces (number, part, list) ON pieces.number = found.number
    ), units AS MATERIALIZED (
        SELECT
            fitting.c,
            fitting.line,
            fitting.parts,
            row_number() OVER (PARTITION BY fitting.c ORDER BY goods.prices[fitting.line] DESC, fitting.line)::integer AS place
        FROM (
            SELECT pieces.c, l.line, array_agg(pieces.part) AS parts
            FROM pieces
            CROSS JOIN LATERAL unnest(coalesce(pieces.fitting, pieces.touched, goods.usual)) AS l (line)
            WHERE
                (pieces.fitting IS NULL OR pieces.touched IS NULL OR l.line = ANY(pieces.touched))
                AND goods.units[l.line] > 0
            GROUP BY pieces.c, l.line
        ) AS fitting
    )
    SELECT
        own.c,
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
            array_agg(goods.prices[units.line] ORDER BY units.place) AS prices,
            array_agg(goods.floors[units.line] ORDER BY units.place) AS floors,
            array_agg(goods.units[units.line] ORDER BY units.place) AS quantities,
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
