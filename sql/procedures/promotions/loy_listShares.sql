-- Who gives how much on which line.
--
--   SELECT loy_listShares(problem, effects, solution, settled);
--
CREATE OR REPLACE FUNCTION loy_listShares(
    problem loy_problem, effects loy_effects, solution loy_solution, settled loy_settlement
)
RETURNS loy_shares
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    shares loy_shares;
    n integer := (problem.goods).n;
    caps bigint[] := (problem.goods).caps;
    firsts integer[] := effects.firsts;
    lasts integer[] := effects.lasts;
    lines integer[] := effects.lines;
    cells integer[] := effects.cells;
    amounts bigint[] := effects.amounts;
    checks integer[] := (problem.checks).candidates;
BEGIN
    SELECT coalesce(array_agg(one.promotion), '{}'), coalesce(array_agg(one.line), '{}'), coalesce(array_agg(one.amount), '{}')
    INTO shares
    FROM (
        WITH counted AS (
            SELECT own.c::integer AS promotion, generate_series(firsts[own.c], lasts[own.c]) AS e
            FROM unnest(solution.isOn) WITH ORDINALITY AS own (isOn, c)
            WHERE own.isOn
            UNION ALL
            SELECT effects.wayPromotions[ways.w], generate_series(effects.wayFrom[ways.w], effects.wayTo[ways.w])
            FROM unnest(solution.ways) AS ways (w)
        ), winners AS (
            SELECT DISTINCT ON (cells[counted.e])
                counted.promotion, lines[counted.e] AS line, amounts[counted.e] AS amount
            FROM counted
            ORDER BY cells[counted.e], amounts[counted.e] DESC, counted.promotion
        ), limited AS (
            SELECT
                winners.promotion,
                winners.line,
                least(
                    winners.amount,
                    caps[winners.line] - coalesce(
                        sum(winners.amount) OVER (
                            PARTITION BY winners.line ORDER BY winners.promotion
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                        ),
                        0
                    )
                )::bigint AS amount
            FROM winners
        )
        SELECT limited.promotion, limited.line, limited.amount FROM limited WHERE limited.amount > 0
        UNION ALL
        SELECT checks[(planned.place - 1) / n + 1], ((planned.place - 1) % n + 1)::integer, planned.amount
        FROM unnest(settled.checks) WITH ORDINALITY AS planned (amount, place)
        WHERE planned.amount > 0
    ) AS one;
    RETURN shares;
END;
$$;

COMMENT ON FUNCTION loy_listShares IS
'Of a class on a line the best one, of equal ones the first; where they go under the floor, the lowest by priority give way.';
