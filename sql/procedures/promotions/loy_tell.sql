-- The answer of a decision, as the text of a JSON object.
--
--   SELECT loy_tell(problem, effects, solution, settled, '"advice": []');
--
CREATE OR REPLACE FUNCTION loy_tell(
    problem loy_problem, effects loy_effects, solution loy_solution, settled loy_settlement, more text
)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    shares loy_shares := loy_listShares(problem, effects, solution, settled);
    gifts jsonb := loy_tellGifts(problem.candidates, problem.checks, settled.isMet);
BEGIN
    RETURN concat(
        '{', loy_tellLines(problem, effects, solution, settled, shares),
        ',"earnings":', loy_tellEarnings((problem.goods).n, problem.rules, settled.earnings),
        ',"gifts":', gifts,
        ',"promotions":', loy_tellPromotions(problem, effects, solution, settled, shares, gifts),
        ',"proved":', CASE WHEN solution.ceiling <= solution.value AND NOT solution.isBlown THEN 'true' ELSE 'false' END,
        ',"gap":"', loy_money(greatest(ceil((solution.ceiling - solution.value)::numeric / 10000)::bigint, 0)),
        '","nodes":', solution.nodes,
        ',"value":"', (solution.value::numeric / 1000000)::numeric(20, 6),
        '",', CASE WHEN solution.isBlown THEN '"fuse":true,' END,
        more, '}'
    );
END;
$$;

COMMENT ON FUNCTION loy_tell IS
'more: what loy_solve adds, of which set and moment it is and what was missed by little. Amounts are texts with two decimals. Text is
put together and read as jsonb once: parts of jsonb would be copied time and again.';
