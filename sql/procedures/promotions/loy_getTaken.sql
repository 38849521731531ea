-- What an offer takes off each line once it is known which units it uses.
--
--   SELECT loy_getTaken('bundle', NULL, NULL, '{900,500}', '{0,0}', '{1,1}', '{0,0}', 400);
--
CREATE OR REPLACE FUNCTION loy_getTaken(
    kind text,
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
BEGIN
    IF kind <> 'bundle' THEN
        FOR i IN 1..n LOOP
            weights[i] := free[i] * greatest(prices[i] - floors[i], 0);
            total := total + weights[i];
        END LOOP;
        IF total > cap THEN
            RETURN loy_spread(cap, weights, weights);
        END IF;
        RETURN weights;
    END IF;
    FOR i IN 1..n LOOP
        weights[i] := usage[i] * prices[i];
        limits[i] := usage[i] * greatest(prices[i] - floors[i], 0);
    END LOOP;
    RETURN loy_spread(
        least(CASE WHEN share IS NULL THEN gain ELSE (gain * share + 5000) / 10000 END, cap), weights, limits
    );
END;
$$;

COMMENT ON FUNCTION loy_getTaken IS
'Free units: their price down to the floor, on their own lines. A bundle: gain (with share, that share of it), spread over the
units it uses in proportion to their prices, none under its floor. At most cap.';
