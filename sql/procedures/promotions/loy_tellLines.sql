-- The lines of an answer, and what they add up to.
--
--   SELECT loy_tellLines(problem, effects, solution, settled, shares);
--
CREATE OR REPLACE FUNCTION loy_tellLines(
    problem loy_problem, effects loy_effects, solution loy_solution, settled loy_settlement, shares loy_shares
)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    goods loy_goods := problem.goods;
    n integer := goods.n;
    codes text[] := (problem.candidates).codes;
    isOffer boolean[] := (problem.candidates).isOffer;
    isService boolean[] := (problem.purse).isService;
    lotIDs text[] := (problem.purse).lotIDs;
    ruleCodes text[] := (problem.rules).codes;
    bonuses text[] := (problem.rules).bonuses;
    answer jsonb;
BEGIN
    SELECT jsonb_build_object(
        'lines', coalesce(json_agg(
            json_build_object(
                'line', line.line,
                'gross', loy_money(line.gross),
                'discount', loy_money(coalesce(discounts.amount, 0)),
                'bonus', loy_money(coalesce(paid.bonus, 0)),
                'service', loy_money(coalesce(paid.service, 0)),
                'net', loy_money(
                    line.gross - coalesce(discounts.amount, 0) - coalesce(paid.bonus, 0) - coalesce(paid.service, 0)
                ),
                'earned', loy_money(coalesce(earned.amount, 0)),
                'discounts', coalesce(discounts.given, '[]'),
                'payments', coalesce(paid.given, '[]'),
                'earnings', coalesce(earned.given, '[]')
            ) ORDER BY line.line
        ), '[]')::jsonb,
        'gross', loy_money(goods.total),
        'discount', loy_money(coalesce(sum(discounts.amount), 0)::bigint),
        'bonus', loy_money(coalesce(sum(paid.bonus), 0)::bigint),
        'service', loy_money(coalesce(sum(paid.service), 0)::bigint),
        'net', loy_money(
            (
                goods.total - coalesce(sum(discounts.amount), 0) - coalesce(sum(paid.bonus), 0) - coalesce(sum(paid.service), 0)
            )::bigint
        ),
        'earned', loy_money(coalesce(sum(earned.amount), 0)::bigint)
    ) INTO answer
    FROM unnest(goods.gross) WITH ORDINALITY AS line (gross, line)
    LEFT JOIN (
        SELECT
            one.line,
            sum(one.amount)::bigint AS amount,
            json_agg(
                CASE
                    WHEN isOffer[one.promotion] THEN json_build_object(
                        'promotion', codes[one.promotion], 'amount', loy_money(one.amount),
                        'units', loy_countUnits(effects, solution.ways, one.promotion, one.line)::text
                    )
                    ELSE json_build_object('promotion', codes[one.promotion], 'amount', loy_money(one.amount))
                END ORDER BY one.promotion
            ) AS given
        FROM unnest(shares.promotions, shares.lines, shares.amounts) AS one (promotion, line, amount)
        GROUP BY one.line
    ) AS discounts ON discounts.line = line.line
    LEFT JOIN (
        SELECT
            spots.line,
            coalesce(sum(spots.amount) FILTER (WHERE NOT isService[spots.lot]), 0)::bigint AS bonus,
            coalesce(sum(spots.amount) FILTER (WHERE isService[spots.lot]), 0)::bigint AS service,
            json_agg(
                json_build_object('lotID', lotIDs[spots.lot], 'amount', loy_money(spots.amount)) ORDER BY spots.lot
            ) AS given
        FROM (
            SELECT (p.place - 1) / n + 1 AS lot, (p.place - 1) % n + 1 AS line, p.amount
            FROM unnest(settled.payments) WITH ORDINALITY AS p (amount, place)
            WHERE p.amount > 0
        ) AS spots
        GROUP BY spots.line
    ) AS paid ON paid.line = line.line
    LEFT JOIN (
        SELECT
            spots.line,
            sum(spots.amount)::bigint AS amount,
            json_agg(
                json_build_object(
                    'promotion', ruleCodes[spots.rule], 'kind', bonuses[spots.rule], 'amount', loy_money(spots.amount)
                ) ORDER BY spots.rule
            ) AS given
        FROM (
            SELECT (p.place - 1) / n + 1 AS rule, (p.place - 1) % n + 1 AS line, p.amount
            FROM unnest(settled.earnings) WITH ORDINALITY AS p (amount, place)
            WHERE p.amount > 0
        ) AS spots
        GROUP BY spots.line
    ) AS earned ON earned.line = line.line;
    RETURN answer;
END;
$$;

COMMENT ON FUNCTION loy_tellLines IS
'Every line with who took what off it, which lots paid and what it earned.';
