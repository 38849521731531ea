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
    remainders bigint[] := given;
    remaining bigint := abs(amount);
    total bigint := 0::bigint;
    limited bigint := 0::bigint;
    -- Whether products are bigints too.
    isSmall boolean;
    isFull boolean;
    best integer;
    largest bigint;
BEGIN
    FOR i IN 1..n LOOP
        IF weights[i] > 0 AND (caps IS NULL OR caps[i] > 0) THEN
            isOpen[i] := true;
            total := total + weights[i];
            IF caps IS NOT NULL THEN
                limited := limited + caps[i];
            END IF;
        END IF;
    END LOOP;
    IF caps IS NOT NULL THEN
        remaining := least(remaining, limited);
    END IF;
    isSmall := greatest(remaining, limited)::numeric * total < 9000000000000000000;

    -- Whoever would get more than its cap gets the cap; the others share what is left, until nobody would.
    LOOP
        EXIT WHEN total = 0 OR remaining = 0;
        isFull := false;
        IF caps IS NOT NULL THEN
            limited := 0;
            largest := 0;
            FOR i IN 1..n LOOP
                IF
                    isOpen[i] AND (
                        CASE
                            WHEN isSmall THEN remaining * weights[i] >= caps[i] * total
                            ELSE remaining::numeric * weights[i] >= caps[i]::numeric * total
                        END
                    )
                THEN
                    given[i] := caps[i];
                    limited := limited + caps[i];
                    largest := largest + weights[i];
                    isOpen[i] := false;
                    isFull := true;
                END IF;
            END LOOP;
            remaining := remaining - limited;
            total := total - largest;
        END IF;
        CONTINUE WHEN isFull;

        limited := 0;
        FOR i IN 1..n LOOP
            IF isOpen[i] THEN
                IF isSmall THEN
                    given[i] := remaining * weights[i] / total;
                    remainders[i] := remaining * weights[i] % total;
                ELSE
                    given[i] := div(remaining::numeric * weights[i], total)::bigint;
                    remainders[i] := mod(remaining::numeric * weights[i], total)::bigint;
                END IF;
                limited := limited + given[i];
            END IF;
        END LOOP;
        remaining := remaining - limited;
        IF remaining * n < 100 THEN
            -- Few are found sooner one by one than sorted.
            WHILE remaining > 0 LOOP
                largest := -1;
                FOR i IN 1..n LOOP
                    IF isOpen[i] AND remainders[i] > largest THEN
                        largest := remainders[i];
                        best := i;
                    END IF;
                END LOOP;
                given[best] := given[best] + 1;
                isOpen[best] := false;
                remaining := remaining - 1;
            END LOOP;
        ELSE
            FOR best IN
                SELECT places.place::integer
                FROM unnest(remainders) WITH ORDINALITY AS places (remainder, place)
                WHERE isOpen[places.place]
                ORDER BY places.remainder DESC, places.place
                LIMIT remaining
            LOOP
                given[best] := given[best] + 1;
            END LOOP;
        END IF;
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
