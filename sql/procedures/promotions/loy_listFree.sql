-- Every way in which the free units of N for M can lie among those that it uses.
--
--   SELECT * FROM loy_listFree('{1,2,3}', 3, 2);
--
CREATE OR REPLACE FUNCTION loy_listFree(usage integer[], buy integer, pay integer)
RETURNS TABLE (free integer[])
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(usage);
    units integer[] := usage;
    -- How many are free, and how many are used, before each line.
    freed integer[] := array_fill(0, ARRAY[n + 1]);
    used integer[] := freed;
    wanted integer;
    fewest integer;
    i integer := 1;
BEGIN
    FOR l IN 1..n LOOP
        used[l + 1] := used[l] + units[l];
    END LOOP;
    wanted := used[n + 1] / buy * (buy - pay);
    free := array_fill(-1, ARRAY[n]);
    WHILE i > 0 LOOP
        -- What lies behind must be able to take the rest.
        fewest := greatest(0, wanted - freed[i] - (used[n + 1] - used[i + 1]));
        free[i] := CASE WHEN free[i] < 0 THEN fewest ELSE free[i] + 1 END;
        freed[i + 1] := freed[i] + free[i];
        -- Free are the cheapest of N: behind every M that are paid for, N less M.
        IF
            free[i] > units[i] OR freed[i + 1] > wanted
            OR freed[i + 1] > (used[i + 1] - freed[i + 1]) / pay * (buy - pay)
        THEN
            free[i] := -1;
            i := i - 1;
        ELSIF i < n THEN
            i := i + 1;
        ELSE
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_listFree IS
'In the order of free. usage: how many units of each line are used, from the dearest line to the cheapest, a multiple of buy; pay of every
buy are paid for, at least one.';
