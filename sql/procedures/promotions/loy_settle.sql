-- What follows once it is known what comes off the lines: promotions of the receipt, bonus payment, earning, and the value of it all.
--
--   SELECT loy_settle(problem, '{1000}', 0);
--
CREATE OR REPLACE FUNCTION loy_settle(problem loy_problem, taken bigint[], combination bigint)
RETURNS loy_settlement
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    settled loy_settlement;
    goods loy_goods := problem.goods;
    candidates loy_candidates := problem.candidates;
    checks loy_checks := problem.checks;
    purse loy_purse := problem.purse;
    rules loy_rules := problem.rules;
    n integer := goods.n;
    discount bigint[] := taken;
    net bigint[] := goods.gross;
    plan bigint[];
    own integer;
    value bigint := 0::bigint;
BEGIN
    IF combination <> 0 THEN
        SELECT planned.amounts, planned.isMet, planned.isRounded INTO plan, settled.isMet, settled.isRounded
        FROM loy_planChecks(goods, candidates, checks, taken, combination) AS planned;
        settled.checks := plan;
        FOR c IN 1..checks.q LOOP
            CONTINUE WHEN (combination >> (c - 1)) & 1 = 0;
            FOR i IN 1..n LOOP
                discount[i] := discount[i] + plan[(c - 1) * n + i];
            END LOOP;
            own := checks.candidates[c];
            IF settled.isMet[c] AND candidates.kinds[own] = 'giftBonus' THEN
                value := value + candidates.worths[own] * problem.earnValue;
            END IF;
        END LOOP;
    END IF;
    FOR i IN 1..n LOOP
        net[i] := net[i] - discount[i];
        value := value + discount[i] * 10000;
    END LOOP;

    IF purse.lots > 0 AND (purse.payAtMost IS NULL OR purse.payAtMost > 0) THEN
        plan := loy_planPayment(problem, discount);
        settled.payments := plan;
        FOR k IN 1..purse.lots LOOP
            FOR i IN 1..n LOOP
                net[i] := net[i] - plan[(k - 1) * n + i];
                value := value + plan[(k - 1) * n + i] * purse.worths[k];
            END LOOP;
        END LOOP;
    END IF;

    settled.earnings := loy_planEarning(
        goods.gross, net, rules.kinds, rules.worths, rules.steps, rules.caps, rules.thresholds, rules.isNet, rules.classes,
        rules.groups, rules.isSolo, rules.isJoint, rules.reach
    );
    IF problem.earnValue > 0 THEN
        value := value
            + problem.earnValue * coalesce((SELECT sum(one.amount) FROM unnest(settled.earnings) AS one (amount)), 0)::bigint;
    END IF;
    settled.value := value;
    RETURN settled;
END;
$$;

COMMENT ON FUNCTION loy_settle IS
'Phases 2 to 4 after phase 1 took so much off each line, with a combination of promotions of the receipt. value is the buyer''s: see
loy_valueOf.';
