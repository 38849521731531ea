-- The promotions of the receipt among the candidates, and the lines that each of them counts.
--
--   SELECT * FROM loy_readChecks(goods, candidates, hits);
--
CREATE OR REPLACE FUNCTION loy_readChecks(goods loy_goods, candidates loy_candidates, hits loy_hits)
RETURNS loy_checks
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    checks loy_checks;
    found integer[] := ARRAY[]::integer[];
BEGIN
    -- One bit of a combination each.
    FOR c IN 1..candidates.m LOOP
        IF candidates.isCheck[c] AND cardinality(found) < 62 THEN
            found := found || c;
        END IF;
    END LOOP;
    checks.q := cardinality(found);
    checks.candidates := found;
    checks.isBeaten := array_fill(false, ARRAY[checks.q]);
    IF checks.q > 0 THEN
        checks.reach := loy_listReach(
            goods, ARRAY(SELECT candidates.numbers[one.c] FROM unnest(found) WITH ORDINALITY AS one (c, j) ORDER BY one.j), hits
        );
    END IF;
    RETURN checks;
END;
$$;

COMMENT ON FUNCTION loy_readChecks IS
'isBeaten is not judged here: see loy_findBeaten.';
