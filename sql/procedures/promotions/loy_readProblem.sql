-- All that can count for a basket, read once.
--
--   SELECT * FROM loy_readProblem('{"lines": []}', '[]', now(), 1, NULL, goods, hits);
--
CREATE OR REPLACE FUNCTION loy_readProblem(
    basket jsonb, lots jsonb, at timestamptz, setVersion bigint, codes text[], goods loy_goods, hits loy_hits
)
RETURNS loy_problem
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    problem loy_problem;
    settings jsonb := loy_getSetSettings(setVersion);
    candidates loy_candidates := loy_readCandidates(hits, setVersion, codes);
    checks loy_checks := loy_readChecks(goods, candidates, hits);
    purse loy_purse := loy_readPurse(basket, lots, at, goods, settings);
BEGIN
    problem.settings := settings;
    problem.earnValue := (settings ->> 'earnValue')::bigint;
    problem.bonusShare := (settings ->> 'bonusShare')::bigint;
    problem.nodeBudget := (settings ->> 'nodeBudget')::bigint;
    problem.fuse := clock_timestamp() + make_interval(secs => (settings ->> 'fuseMs')::double precision / 1000);
    problem.isForced := codes IS NOT NULL;
    problem.isNeutral := purse.lots = 0 AND problem.earnValue = 0 AND NOT candidates.hasNet;
    problem.isMonotone := problem.earnValue = 0 AND checks.q = 0
        AND (
            purse.lots = 0
            OR (purse.isFalling AND (settings ->> 'lineShare')::bigint <= (settings ->> 'totalShare')::bigint)
        );
    IF problem.isNeutral AND NOT problem.isForced AND checks.q > 0 THEN
        checks.isBeaten := loy_findBeaten(goods, candidates, checks);
    END IF;
    problem.goods := goods;
    problem.candidates := candidates;
    problem.checks := checks;
    problem.purse := purse;
    problem.rules := loy_readRules(goods, hits, setVersion, problem.earnValue);
    RETURN problem;
END;
$$;

COMMENT ON FUNCTION loy_readProblem IS
'hits is what loy_match found; codes: what counts is given, not chosen (null: chosen).';
