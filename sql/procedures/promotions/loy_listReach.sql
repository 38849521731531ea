-- Which lines each of some promotions touches, promotion by promotion, line by line.
--
--   SELECT loy_listReach(3, '{7}', ROW('{7,7}', '{0,0}', '{1,3}')::loy_hits);
--
CREATE OR REPLACE FUNCTION loy_listReach(n integer, numbers integer[], hits loy_hits)
RETURNS boolean[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    reach boolean[] := array_fill(false, ARRAY[n * cardinality(numbers)]);
    places integer[];
    place integer;
BEGIN
    places := ARRAY(
        SELECT ((one.place - 1) * n + hit.line)::integer
        FROM unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line)
        INNER JOIN unnest(numbers) WITH ORDINALITY AS one (number, place) ON one.number = hit.number
        WHERE hit.part = 0
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
