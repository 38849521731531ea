-- Which promotions of the receipt go together, a bit for each.
--
--   SELECT * FROM loy_listCombinations(candidates, checks, 0, 1, false);
--
CREATE OR REPLACE FUNCTION loy_listCombinations(
    candidates loy_candidates, checks loy_checks, solo integer, stage integer, isForced boolean
)
RETURNS TABLE (combinations bigint[], isCut boolean)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    isIn boolean[] := loy_listIn(candidates, solo, isForced);
    wider bigint[];
    combination bigint;
    own integer;
    other integer;
    bit bigint;
    isPossible boolean;
BEGIN
    combinations := ARRAY[0::bigint];
    isCut := false;
    FOR j IN 1..checks.q LOOP
        own := checks.candidates[j];
        CONTINUE WHEN NOT isIn[own] OR checks.isBeaten[j];
        bit := 1::bigint << (j - 1);
        wider := '{}';
        IF isForced OR own = solo OR ((candidates.groups[own] = 0 OR solo > 0) AND stage = 1) THEN
            FOREACH combination IN ARRAY combinations LOOP
                wider := wider || (combination | bit);
            END LOOP;
        ELSIF cardinality(combinations) > 2000 THEN
            isCut := true;
            CONTINUE;
        ELSE
            FOREACH combination IN ARRAY combinations LOOP
                isPossible := true;
                FOR k IN 1..CASE WHEN candidates.groups[own] > 0 THEN j - 1 ELSE 0 END LOOP
                    other := checks.candidates[k];
                    isPossible := isPossible AND NOT (
                        (combination >> (k - 1)) & 1 = 1 AND candidates.groups[other] = candidates.groups[own] AND isIn[other]
                    );
                END LOOP;
                IF isPossible THEN
                    wider := wider || (combination | bit);
                END IF;
                wider := wider || combination;
            END LOOP;
        END IF;
        combinations := wider;
    END LOOP;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_listCombinations IS
'solo and stage as in loy_openWorld. isCut: there are more than 2,000, and what doubles them further was left out.';
