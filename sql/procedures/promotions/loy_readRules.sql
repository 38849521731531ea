-- The earning rules that touch a basket, the first by priority first.
--
--   SELECT * FROM loy_readRules(loy_readGoods('{"lines": []}'), ROW('{}', '{}', '{}', '{}', '{}', '{}')::loy_hits, 1, 0);
--
CREATE OR REPLACE FUNCTION loy_readRules(goods loy_goods, hits loy_hits, setVersion bigint, earnValue bigint)
RETURNS loy_rules
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    rules loy_rules;
    numbers integer[];
    none text[];
BEGIN
    SELECT
        array_agg(known.number), array_agg(known.code), array_agg(known.kind), array_agg(round(known.value * 100)::bigint),
        array_agg(round((known.offer ->> 'step')::numeric * 100)::bigint), array_agg(round(known.cap * 100)::bigint),
        array_agg(round(known.minTotal * 100)::bigint), array_agg(known.basis = 'net'), array_agg(known.class),
        array_agg(known.exclusionGroup), array_agg(known.isSolo), array_agg(known.isJoint),
        array_agg(coalesce(known.offer ->> 'kind', 'regular'))
    INTO
        numbers, rules.codes, rules.kinds, rules.worths, rules.steps, rules.caps, rules.thresholds, rules.isNet, rules.classes,
        rules.groups, rules.isSolo, rules.isJoint, rules.bonuses
    FROM (
        SELECT p.*
        FROM loy_promotions AS p
        WHERE p.setVersion = loy_readRules.setVersion AND p.phase = 4 AND p.number = ANY(hits.touched)
        ORDER BY p.priority DESC, p.code COLLATE "C"
    ) AS known;
    rules.most := 0;
    IF numbers IS NULL THEN
        RETURN rules;
    END IF;
    rules.reach := loy_listReach(goods, numbers, hits);
    IF earnValue > 0 THEN
        -- More than all rules together would give for the full price it can never be.
        none := array_fill(NULL::text, ARRAY[cardinality(numbers)]);
        SELECT earnValue * coalesce(sum(one.amount), 0)::bigint INTO rules.most
        FROM unnest(
            loy_planEarning(
                goods.gross, goods.gross, rules.kinds, rules.worths, rules.steps, rules.caps,
                array_fill(0::bigint, ARRAY[cardinality(numbers)]), rules.isNet, none, none,
                array_fill(false, ARRAY[cardinality(numbers)]), rules.isJoint, rules.reach
            )
        ) AS one (amount);
    END IF;
    RETURN rules;
END;
$$;

COMMENT ON FUNCTION loy_readRules IS
'Promotions of phase 4; most is 0 where earning counts for nothing when deals are compared.';
