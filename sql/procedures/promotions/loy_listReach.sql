-- Which lines each of some promotions touches, promotion by promotion, line by line.
--
--   SELECT loy_listReach(3, '{7}', ROW('{7,7}', '{0,0}', '{1,3}', '{7}', '{500}')::loy_hits);
--
CREATE OR REPLACE FUNCTION loy_listReach(n integer, numbers integer[], hits loy_hits)
RETURNS boolean[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    reach boolean[] := array_fill(false, ARRAY[n * cardinality(numbers)]);
    -- By the number of a promotion, so that what it touches is found without a join.
    starts integer[] := array_fill(-1, ARRAY[coalesce((SELECT max(one.number) FROM unnest(hits.touched) AS one (number)), 0)]);
    places integer[];
    place integer;
BEGIN
    FOR p IN 1..cardinality(numbers) LOOP
        starts[numbers[p]] := (p - 1) * n;
    END LOOP;
    places := ARRAY(
        SELECT starts[hit.number] + hit.line
        FROM unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line)
        WHERE hit.part = 0 AND starts[hit.number] >= 0
    );
    -- Most of them touch all goods.
    IF cardinality(places) = cardinality(reach) THEN
        RETURN array_fill(true, ARRAY[cardinality(reach)]);
    END IF;
    FOREACH place IN ARRAY places LOOP
        reach[place] := true;
    END LOOP;
    RETURN reach;
END;
$$;

COMMENT ON FUNCTION loy_listReach IS
'n lines for each of numbers, true where it touches the line.';
