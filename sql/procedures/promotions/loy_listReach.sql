-- Which lines each of some promotions touches, promotion by promotion, line by line.
--
--   SELECT loy_listReach(goods, '{7}', ROW('{7}', '{500}', '{"1,3"}', '{}', '{}', '{}')::loy_hits);
--
CREATE OR REPLACE FUNCTION loy_listReach(goods loy_goods, numbers integer[], hits loy_hits)
RETURNS boolean[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    n integer := goods.n;
    usual integer[] := goods.usual;
    reach boolean[];
    lists text[] := ARRAY(
        SELECT hits.lists[array_position(hits.touched, one.number)] FROM unnest(numbers) WITH ORDINALITY AS one (number, p) ORDER BY one.p
    );
    line integer;
BEGIN
    -- Most of them touch all goods.
    IF cardinality(usual) = n AND cardinality(array_positions(lists, NULL)) = cardinality(lists) THEN
        RETURN array_fill(true, ARRAY[n * cardinality(numbers)]);
    END IF;
    reach := array_fill(false, ARRAY[n * cardinality(numbers)]);
    FOR p IN 1..cardinality(numbers) LOOP
        FOREACH line IN ARRAY coalesce(string_to_array(lists[p], ',')::integer[], usual) LOOP
            reach[(p - 1) * n + line] := true;
        END LOOP;
    END LOOP;
    RETURN reach;
END;
$$;

COMMENT ON FUNCTION loy_listReach IS
'All lines for each of numbers, true where it touches the line; numbers are among those that touch the basket.';
