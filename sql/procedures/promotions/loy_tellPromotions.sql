-- Every promotion that touched a receipt: what it gave, or what stood in its way; as the text of a JSON list.
--
--   SELECT loy_tellPromotions(problem, effects, solution, settled, shares, '[]');
--
CREATE OR REPLACE FUNCTION loy_tellPromotions(
    problem loy_problem,
    effects loy_effects,
    solution loy_solution,
    settled loy_settlement,
    shares loy_shares,
    gifts jsonb
)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    candidates loy_candidates := problem.candidates;
    checks loy_checks := problem.checks;
    rules loy_rules := problem.rules;
    n integer := (problem.goods).n;
    isOn boolean[] := solution.isOn;
    given bigint[] := array_fill(0::bigint, ARRAY[candidates.m]);
    times integer[] := array_fill(0, ARRAY[candidates.m]);
    own integer;
    way integer;
    reasons text[];
    rivals text[];
    told text;
BEGIN
    FOR s IN 1..cardinality(shares.promotions) LOOP
        own := shares.promotions[s];
        given[own] := given[own] + shares.amounts[s];
        times[own] := 1;
    END LOOP;
    FOREACH way IN ARRAY solution.ways LOOP
        own := effects.wayPromotions[way];
        isOn[own] := true;
        times[own] := effects.wayTimes[way];
    END LOOP;
    FOR j IN 1..checks.q LOOP
        own := checks.candidates[j];
        isOn[own] := (solution.checks >> (j - 1)) & 1 = 1;
        IF isOn[own] AND candidates.kinds[own] IN ('giftBonus', 'freeItem') THEN
            times[own] := (gifts @> jsonb_build_array(jsonb_build_object('promotion', candidates.codes[own])))::integer;
        ELSIF settled.isRounded[j] THEN
            -- It may have given nothing itself, and still others would have given less without it.
            times[own] := 1;
        END IF;
    END LOOP;

    SELECT listed.reasons, listed.rivals INTO reasons, rivals
    FROM loy_listReasons(candidates, effects.wayPromotions, isOn, times, given) AS listed;
    SELECT string_agg(
        '{"promotion":' || to_json(one.code) || CASE
            WHEN one.times > 0
                THEN ',"state":"given","amount":"' || loy_money(one.given)
                || CASE
                    WHEN
                        one.kind = 'amount' AND (one.isCheck OR one.per = 'receipt')
                        AND one.given > 0 AND one.given <> least(one.worth, one.cap)
                        THEN '","short":"' || loy_money(least(one.worth, one.cap) - one.given)
                    ELSE ''
                END
                || '","times":' || one.times || '}'
            WHEN one.rival IS NULL
                THEN ',"state":"not_needed","amount":"0.00","times":0,"why":{"reason":"' || one.reason || '"}}'
            ELSE ',"state":"beaten","amount":"0.00","times":0,"why":{"reason":"' || one.reason || '","by":' || to_json(one.rival) || '}}'
        END,
        ',' ORDER BY one.c
    ) INTO told
    FROM unnest(
        candidates.codes, given, times, candidates.kinds, candidates.pers, candidates.worths, candidates.caps,
        candidates.isCheck, reasons, rivals
    ) WITH ORDINALITY AS one (code, given, times, kind, per, worth, cap, isCheck, reason, rival, c);

    IF rules.codes IS NOT NULL THEN
        SELECT concat_ws(',', told, string_agg(
            '{"promotion":' || to_json(rule.code) || CASE
                WHEN rule.amount > 0 THEN ',"state":"given","amount":"' || loy_money(rule.amount) || '"}'
                ELSE ',"state":"not_needed","amount":"0.00","why":{"reason":"below_threshold"}}'
            END,
            ',' ORDER BY rule.place
        )) INTO told
        FROM (
            SELECT
                each.code,
                each.place,
                coalesce((
                    SELECT sum(p.amount) FROM unnest(settled.earnings[(each.place - 1) * n + 1:each.place * n]) AS p (amount)
                ), 0)::bigint AS amount
            FROM unnest(rules.codes) WITH ORDINALITY AS each (code, place)
        ) AS rule;
    END IF;
    RETURN concat('[', told, ']');
END;
$$;

COMMENT ON FUNCTION loy_tellPromotions IS
'Promotions of phases 1 and 2 by priority, then earning rules. short: what an amount off the receipt could not give.';
