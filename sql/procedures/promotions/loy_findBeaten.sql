-- Which promotions of the receipt can win nothing, because another one of their group takes more off the same lines.
--
--   SELECT loy_findBeaten(goods, candidates, checks);
--
CREATE OR REPLACE FUNCTION loy_findBeaten(goods loy_goods, candidates loy_candidates, checks loy_checks)
RETURNS boolean[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := goods.n;
    reach boolean[] := checks.reach;
    isBeaten boolean[] := checks.isBeaten;
    isCovered boolean;
    own integer;
    other integer;
BEGIN
    FOR j IN 1..checks.q LOOP
        own := checks.candidates[j];
        -- Beside others that count too, a hundredth of rounding may go either way.
        IF
            candidates.groups[own] = 0 OR candidates.isSolo[own]
            OR candidates.groups[own] <> candidates.groups[checks.candidates[1]]
        THEN
            RETURN checks.isBeaten;
        END IF;
        FOR k IN 1..checks.q LOOP
            other := checks.candidates[k];
            CONTINUE WHEN k = j OR candidates.kinds[other] <> candidates.kinds[own];
            CONTINUE WHEN candidates.kinds[own] NOT IN ('percent', 'amount') OR candidates.caps[other] IS NOT NULL;
            CONTINUE WHEN candidates.worths[other] < candidates.worths[own];
            CONTINUE WHEN candidates.worths[other] = candidates.worths[own] AND k > j;
            isCovered := true;
            FOR l IN 1..n LOOP
                EXIT WHEN NOT isCovered;
                isCovered := reach[(k - 1) * n + l] OR NOT reach[(j - 1) * n + l];
            END LOOP;
            isBeaten[j] := isBeaten[j] OR isCovered;
            EXIT WHEN isCovered;
        END LOOP;
    END LOOP;
    RETURN isBeaten;
END;
$$;

COMMENT ON FUNCTION loy_findBeaten IS
'Only where all promotions of the receipt are in one group, and where a hundredth off is worth the same on every line.';
