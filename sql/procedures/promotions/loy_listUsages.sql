-- Every number of units of each line that an offer can use, if no line fits two of its parts.
--
--   SELECT * FROM loy_listUsages('{2}', '{t,t}', '{1,2}', 1);
--
CREATE OR REPLACE FUNCTION loy_listUsages(needs integer[], fits boolean[], quantities integer[], mostTimes integer)
RETURNS TABLE (times integer, usage integer[])
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(quantities);
    parts integer := cardinality(needs);
    partOf integer[] := array_fill(0, ARRAY[n]);
    -- Of each part, what is used so far and what the lines from here on still have.
    used integer[] := array_fill(0, ARRAY[parts]);
    rest integer[] := used;
    i integer := 1;
    own integer;
    fewest integer;
    mostHere integer;
BEGIN
    FOR p IN 1..parts LOOP
        FOR l IN 1..n LOOP
            IF needs[p] > 0 AND fits[(p - 1) * n + l] THEN
                partOf[l] := p;
                rest[p] := rest[p] + quantities[l];
            END IF;
        END LOOP;
    END LOOP;
    usage := array_fill(-1, ARRAY[n]);

    -- Line by line, the fewest units first; a beginning that leads to no end is left at once.
    WHILE i > 0 LOOP
        own := partOf[i];
        IF usage[i] < 0 THEN
            usage[i] := 0;
            IF own > 0 THEN
                rest[own] := rest[own] - quantities[i];
            END IF;
        ELSIF own > 0 AND usage[i] < quantities[i] THEN
            usage[i] := usage[i] + 1;
            used[own] := used[own] + 1;
        ELSE
            IF own > 0 THEN
                used[own] := used[own] - usage[i];
                rest[own] := rest[own] + quantities[i];
            END IF;
            usage[i] := -1;
            i := i - 1;
            CONTINUE;
        END IF;
        fewest := 0;
        mostHere := mostTimes;
        FOR p IN 1..parts LOOP
            IF needs[p] > 0 THEN
                fewest := greatest(fewest, (used[p] + needs[p] - 1) / needs[p]);
                mostHere := least(mostHere, (used[p] + rest[p]) / needs[p]);
            END IF;
        END LOOP;
        CONTINUE WHEN fewest > mostHere;
        IF i < n THEN
            i := i + 1;
        ELSIF mostHere > 0 THEN
            times := mostHere;
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_listUsages IS
'In the order of usage, which says how many units of each line are used when it is given so many times; at least once. needs, fits and
quantities as in loy_listTakings.';
