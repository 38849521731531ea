-- In how many ways an offer can take units, if no line fits two of its parts; counted to a limit.
--
--   SELECT loy_countTakings('{3}', '{t,t,t}', '{1,2,1}', 5, 40);
--
CREATE OR REPLACE FUNCTION loy_countTakings(
    needs integer[], fits boolean[], quantities integer[], mostTimes integer, atMost integer
)
RETURNS integer
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(quantities);
    partOf integer[] := array_fill(0, ARRAY[n]);
    level integer[];
    found integer[] := array_fill(1, ARRAY[mostTimes]);
    ways integer[];
    counted integer := 1;
    total integer;
    steps bigint := 0::bigint;
BEGIN
    -- Every number of times is one way at least.
    IF mostTimes >= atMost THEN
        RETURN atMost;
    END IF;
    FOR p IN 1..cardinality(needs) LOOP
        CONTINUE WHEN needs[p] = 0;
        -- ways[s + 1]: how many ways there are to take s units out of the lines so far.
        ways := array_fill(0, ARRAY[mostTimes * needs[p] + 1]);
        ways[1] := 1;
        total := 0;
        FOR i IN 1..n LOOP
            CONTINUE WHEN NOT fits[(p - 1) * n + i];
            IF partOf[i] > 0 THEN
                RETURN NULL;
            END IF;
            partOf[i] := p;
            total := least(total + quantities[i], mostTimes * needs[p]);
            steps := steps + total::bigint * least(quantities[i], total);
            IF steps > 10000 THEN
                RETURN NULL;
            END IF;
            level := ways;
            FOR s IN 1..total LOOP
                FOR u IN 1..least(quantities[i], s) LOOP
                    ways[s + 1] := least(ways[s + 1] + level[s + 1 - u], atMost);
                END LOOP;
            END LOOP;
        END LOOP;
        FOR t IN 1..mostTimes LOOP
            found[t] := least(found[t]::bigint * ways[t * needs[p] + 1], atMost)::integer;
        END LOOP;
    END LOOP;
    FOR t IN 1..mostTimes LOOP
        counted := least(counted + found[t], atMost);
    END LOOP;
    RETURN counted;
END;
$$;

COMMENT ON FUNCTION loy_countTakings IS
'How many different numbers of units of each line it can use when it is given up to mostTimes times, none of them included; no more
than atMost. needs, fits and quantities as in loy_listTakings. Null where a line fits two parts, and where counting takes too long.';
