-- What an offer takes off each line once it is known which units it uses.
--
--   SELECT loy_getTaken('bundle', '{1,2}', NULL, NULL, '{900,500}', '{0,0}', '{1,1}', '{0,0}', 400);
--
CREATE OR REPLACE FUNCTION loy_getTaken(
    kind text,
    byLine integer[],
    share bigint,
    cap bigint,
    prices bigint[],
    floors bigint[],
    usage integer[],
    free integer[],
    gain bigint
)
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(prices);
    weights bigint[] := array_fill(0::bigint, ARRAY[n]);
    limits bigint[] := array_fill(0::bigint, ARRAY[n]);
    total bigint := 0::bigint;
    part bigint[];
    amounts bigint[] := weights;
    i integer;
BEGIN
    -- In the order of the lines, because of equal remainders the lower line has the first.
    FOR k IN 1..n LOOP
        i := byLine[k];
        limits[k] := CASE WHEN kind = 'bundle' THEN usage[i] ELSE free[i] END * greatest(prices[i] - floors[i], 0);
        weights[k] := CASE WHEN kind = 'bundle' THEN usage[i] * prices[i] ELSE limits[k] END;
        total := total + limits[k];
    END LOOP;
    IF kind = 'bundle' THEN
        total := CASE WHEN share IS NULL THEN gain ELSE (gain * share + 5000) / 10000 END;
    END IF;
    part := loy_spread(least(total, cap), weights, limits);
    FOR k IN 1..n LOOP
        amounts[byLine[k]] := part[k];
    END LOOP;
    RETURN amounts;
END;
$$;

COMMENT ON FUNCTION loy_getTaken IS
'byLine: the places of the lines in the order of their numbers. Free units: their price down to the floor, on their own lines. A bundle: gain (with share, that share of it), spread over the
units it uses in proportion to their prices, none under its floor. At most cap.';
