-- Spread an amount over lines in proportion, by the largest remainder, no line above its cap.
--
--   SELECT loy_spread(1200, '{1000,2000,5000,3000}', '{1000,100,0,400}');
--
CREATE OR REPLACE FUNCTION loy_spread(amount bigint, weights bigint[], caps bigint[] DEFAULT NULL)
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := coalesce(cardinality(weights), 0);
    given bigint[] := array_fill(0::bigint, ARRAY[n]);
    isOpen boolean[] := array_fill(false, ARRAY[n]);
    remainders numeric[] := array_fill(0::numeric, ARRAY[n]);
    remaining bigint := abs(amount);
    total numeric;
    limited bigint := 0::bigint;
    isFull boolean;
    best integer;
BEGIN
    FOR i IN 1..n LOOP
        isOpen[i] := weights[i] > 0 AND (caps IS NULL OR caps[i] > 0);
        IF isOpen[i] AND caps IS NOT NULL THEN
            limited := limited + caps[i];
        END IF;
    END LOOP;
    IF caps IS NOT NULL THEN
        remaining := least(remaining, limited);
    END IF;

    -- Whoever would get more than its cap gets the cap; the others share what is left, until nobody would.
    LOOP
        total := 0;
        FOR i IN 1..n LOOP
            IF isOpen[i] THEN
                total := total + weights[i];
            END IF;
        END LOOP;
        EXIT WHEN total = 0 OR remaining = 0;
        isFull := false;
        IF caps IS NOT NULL THEN
            limited := 0;
            FOR i IN 1..n LOOP
                IF isOpen[i] AND remaining * weights[i]::numeric >= caps[i] * total THEN
                    given[i] := caps[i];
                    limited := limited + caps[i];
                    isOpen[i] := false;
                    isFull := true;
                END IF;
            END LOOP;
            remaining := remaining - limited;
        END IF;
        CONTINUE WHEN isFull;

        limited := 0;
        FOR i IN 1..n LOOP
            IF isOpen[i] THEN
                given[i] := div(remaining::numeric * weights[i], total)::bigint;
                remainders[i] := remaining::numeric * weights[i] - given[i] * total;
                limited := limited + given[i];
            END IF;
        END LOOP;
        remaining := remaining - limited;
        EXIT WHEN remaining = 0;
        FOR best IN
            SELECT places.place::integer
            FROM unnest(remainders) WITH ORDINALITY AS places (remainder, place)
            WHERE isOpen[places.place]
            ORDER BY places.remainder DESC, places.place
            LIMIT remaining
        LOOP
            given[best] := given[best] + 1;
        END LOOP;
        EXIT;
    END LOOP;

    IF amount < 0 THEN
        FOR i IN 1..n LOOP
            given[i] := -given[i];
        END LOOP;
    END IF;
    RETURN given;
END;
$$;

COMMENT ON FUNCTION loy_spread IS
'Whole numbers (hundredths of the currency) that add up to amount, in proportion to the weights. Remainders: the largest first, of
equal ones the lower line. Nobody gets more than its cap or where the weight is 0; what does not fit is not given, so compare
the sum. A negative amount is the mirror of the positive one.';
