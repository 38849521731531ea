-- The answer of a decision.
--
--   SELECT loy_tell(problem, effects, solution, settled);
--
CREATE OR REPLACE FUNCTION loy_tell(
    problem loy_problem, effects loy_effects, solution loy_solution, settled loy_settlement
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    shares loy_shares := loy_listShares(problem, effects, solution, settled);
    gifts jsonb := loy_tellGifts(problem.candidates, problem.checks, settled.isMet);
    answer jsonb;
BEGIN
    answer := loy_tellLines(problem, effects, solution, settled, shares) || jsonb_build_object(
        'earnings', loy_tellEarnings((problem.goods).n, problem.rules, settled.earnings),
        'gifts', gifts,
        'promotions', loy_tellPromotions(problem, effects, solution, settled, shares, gifts),
        'proved', solution.ceiling <= solution.value AND NOT solution.isBlown,
        'gap', loy_money(greatest(ceil((solution.ceiling - solution.value)::numeric / 10000)::bigint, 0)),
        'nodes', solution.nodes,
        'value', (solution.value::numeric / 1000000)::numeric(20, 6)::text
    );
    IF solution.isBlown THEN
        answer := answer || jsonb_build_object('fuse', true);
    END IF;
    RETURN answer;
END;
$$;

COMMENT ON FUNCTION loy_tell IS
'All but what loy_solve adds: of which set and moment it is, and what was missed by little. Amounts are texts with two decimals.';
