-- The lines of a basket as lists of whole numbers.
--
--   SELECT * FROM loy_readGoods('{"lines": [{"line": 1, "sku": "a1", "qty": "2", "price": "49.90"}]}');
--
CREATE OR REPLACE FUNCTION loy_readGoods(basket jsonb)
RETURNS loy_goods
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    goods loy_goods;
BEGIN
    SELECT
        count(*)::integer,
        coalesce(array_agg(read.gross), '{}'),
        coalesce(array_agg(read.price), '{}'),
        coalesce(array_agg(read.floor), '{}'),
        coalesce(array_agg(read.units), '{}'),
        coalesce(array_agg(read.thousandths), '{}'),
        coalesce(array_agg(read.cap), '{}'),
        coalesce(array_agg(read.isService AND NOT read.isSpecial), '{}'),
        coalesce(sum(read.gross), 0)::bigint,
        coalesce(sum(read.cap), 0)::bigint,
        coalesce(array_agg(read.line) FILTER (WHERE NOT read.isSpecial), '{}'),
        coalesce(sum(read.gross) FILTER (WHERE NOT read.isSpecial), 0)::bigint
    INTO goods
    FROM (
        SELECT
            exact.*,
            CASE WHEN exact.isSpecial THEN 0 ELSE greatest(exact.gross - exact.least, 0) END AS cap
        FROM (
            SELECT
                l.line,
                round(l.price * l.qty * 100)::bigint AS gross,
                round(l.price * 100)::bigint AS price,
                round(coalesce(l.floor, 0) * 100)::bigint AS floor,
                CASE WHEN l.qty = trunc(l.qty) AND l.qty < 10000 THEN l.qty::integer ELSE 0 END AS units,
                round(l.qty * 1000)::bigint AS thousandths,
                ceil(coalesce(l.floor, 0) * l.qty * 100)::bigint AS least,
                coalesce(l.special, false) AS isSpecial,
                coalesce(l."isService", false) AS isService
            FROM jsonb_to_recordset(basket -> 'lines') AS l (
                line integer, price numeric, qty numeric, floor numeric, special boolean, "isService" boolean
            )
            ORDER BY l.line
        ) AS exact
    ) AS read;
    RETURN goods;
END;
$$;

COMMENT ON FUNCTION loy_readGoods IS
'Lines by their number. What is on special terms may lose nothing, and is no service.';
