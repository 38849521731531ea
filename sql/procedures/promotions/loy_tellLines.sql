-- The lines of an answer, and what they add up to, as the inside of a JSON object.
--
--   SELECT loy_tellLines(problem, effects, solution, settled, shares);
--
CREATE OR REPLACE FUNCTION loy_tellLines(
    problem loy_problem, effects loy_effects, solution loy_solution, settled loy_settlement, shares loy_shares
)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    goods loy_goods := problem.goods;
    n integer := goods.n;
    codes text[] := ARRAY(SELECT to_json(one.code)::text FROM unnest((problem.candidates).codes) AS one (code));
    isOffer boolean[] := (problem.candidates).isOffer;
    isService boolean[] := (problem.purse).isService;
    lotIDs text[] := (problem.purse).lotIDs;
    ruleCodes text[] := (problem.rules).codes;
    bonuses text[] := (problem.rules).bonuses;
    answer text;
BEGIN
    SELECT concat(
        '"lines":[', string_agg(
            '{"line":' || line.line || ',"gross":"' || loy_money(line.gross)
            || '","discount":"' || CASE WHEN discounts.amount > 0 THEN loy_money(discounts.amount) ELSE '0.00' END
            || '","bonus":"' || CASE WHEN paid.bonus > 0 THEN loy_money(paid.bonus) ELSE '0.00' END
            || '","service":"' || CASE WHEN paid.service > 0 THEN loy_money(paid.service) ELSE '0.00' END
            || '","net":"' || loy_money(
                line.gross - coalesce(discounts.amount, 0) - coalesce(paid.bonus, 0) - coalesce(paid.service, 0)
            )
            || '","earned":"' || CASE WHEN earned.amount > 0 THEN loy_money(earned.amount) ELSE '0.00' END
            || '","discounts":[' || coalesce(discounts.given, '')
            || '],"payments":[' || coalesce(paid.given, '')
            || '],"earnings":[' || coalesce(earned.given, '') || ']}',
            ',' ORDER BY line.line
        ),
        '],"gross":"', loy_money(goods.total),
        '","discount":"', loy_money(coalesce(sum(discounts.amount), 0)::bigint),
        '","bonus":"', loy_money(coalesce(sum(paid.bonus), 0)::bigint),
        '","service":"', loy_money(coalesce(sum(paid.service), 0)::bigint),
        '","net":"', loy_money(
            (
                goods.total - coalesce(sum(discounts.amount), 0) - coalesce(sum(paid.bonus), 0) - coalesce(sum(paid.service), 0)
            )::bigint
        ),
        '","earned":"', loy_money(coalesce(sum(earned.amount), 0)::bigint), '"'
    ) INTO answer
    FROM unnest(goods.gross) WITH ORDINALITY AS line (gross, line)
    LEFT JOIN (
        SELECT
            one.line,
            sum(one.amount)::bigint AS amount,
            string_agg(
                '{"promotion":' || codes[one.promotion] || ',"amount":"' || loy_money(one.amount)
                || CASE
                    WHEN isOffer[one.promotion]
                        THEN '","units":"' || loy_countUnits(effects, solution.ways, one.promotion, one.line)
                    ELSE ''
                END || '"}',
                ',' ORDER BY one.promotion
            ) AS given
        FROM unnest(shares.promotions, shares.lines, shares.amounts) AS one (promotion, line, amount)
        GROUP BY one.line
    ) AS discounts ON discounts.line = line.line
    LEFT JOIN (
        SELECT
            spots.line,
            coalesce(sum(spots.amount) FILTER (WHERE NOT isService[spots.lot]), 0)::bigint AS bonus,
            coalesce(sum(spots.amount) FILTER (WHERE isService[spots.lot]), 0)::bigint AS service,
            string_agg(
                '{"lotID":' || to_json(lotIDs[spots.lot]) || ',"amount":"' || loy_money(spots.amount) || '"}', ',' ORDER BY spots.lot
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
            string_agg(
                '{"promotion":' || to_json(ruleCodes[spots.rule]) || ',"kind":' || to_json(bonuses[spots.rule])
                || ',"amount":"' || loy_money(spots.amount) || '"}',
                ',' ORDER BY spots.rule
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
