-- The best set of promotions for a basket, or what one given set is worth.
--
--   SELECT loy_solve('{"lines": [{"line": 1, "sku": "a1", "qty": "1", "price": "10.00"}]}', '{}', '[]', now(), 1, NULL);
--
CREATE OR REPLACE FUNCTION loy_solve(
    basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint, codes text[]
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    goods loy_goods := loy_readGoods(basket);
    hits loy_hits := loy_readHits(basket, context, at, setVersion, goods);
    problem loy_problem := loy_readProblem(basket, lots, at, setVersion, codes, goods, hits);
    candidates loy_candidates := problem.candidates;
    effects loy_effects;
    world loy_world;
    solution loy_solution;
    settled loy_settlement;
    worlds integer[];
    solo integer;
    combinations bigint[];
    isCut boolean;
    isWider boolean;
    lowest bigint;
BEGIN
    IF problem.isForced AND NOT loy_goTogether(candidates) THEN
        RETURN NULL;
    END IF;

    -- Either nothing that counts alone is on, or one such promotion with what is joint.
    worlds := ARRAY[0];
    IF NOT problem.isForced THEN
        worlds := worlds || array_positions(candidates.isSolo, true);
    END IF;
    solution.nodes := 0;
    solution.looked := 0;
    solution.nextLook := 64;
    solution.isOver := false;
    solution.isBlown := false;
    effects := loy_listEffects(goods, candidates, hits);

    -- First with a few ways in which offers take units, and only if those do not prove the best, with more.
    FOR attempt IN 1..2 LOOP
        effects := loy_addWays(goods, candidates, hits, effects, attempt = 1);
        isWider := attempt = 1 AND cardinality(array_positions(effects.isPartial, true)) BETWEEN 1 AND 4;
        solution.value := -1;

        -- First with all on that excludes nothing, then, where that could have done harm, with every one of them on or off.
        <<stages>>
        FOR stage IN 1..2 LOOP
            solution.ceiling := -1;
            solution.reached := -1;
            FOREACH solo IN ARRAY worlds LOOP
                world := loy_openWorld(problem, effects, solo, stage);
                SELECT listed.combinations, listed.isCut INTO combinations, isCut
                FROM loy_listCombinations(candidates, problem.checks, solo, stage, problem.isForced) AS listed;
                solution := loy_searchWorld(
                    problem, world, combinations, stage, isCut, NOT isWider AND cardinality(worlds) = 1, solution
                );
            END LOOP;

            -- Whether the best found really gives what was promised; if not, nothing may be taken for harmless.
            settled := solution.settled;
            IF settled.value IS NULL THEN
                settled := loy_settle(problem, solution.taken, solution.checks);
            END IF;
            solution.ceiling := greatest(solution.ceiling, solution.value);
            solution.reached := greatest(solution.reached, solution.value);
            solution.value := settled.value;
            -- What the first stage says of all of them holds in the second too.
            lowest := least(lowest, solution.ceiling);
            -- What only ways that were not tried could give, switching something off does not give either.
            EXIT stages WHEN solution.reached <= solution.value OR solution.isOver OR isWider;
        END LOOP;
        EXIT WHEN NOT isWider OR lowest <= solution.value OR solution.isOver;
    END LOOP;
    solution.ceiling := lowest;
    RETURN loy_tell(
        problem, effects, solution, settled,
        concat('"setVersion":"', setVersion, '","at":', to_json(at), ',"advice":', loy_listMissed(hits, setVersion))
    )::jsonb;
END;
$$;

COMMENT ON FUNCTION loy_solve IS
'The one engine behind loy_decide (codes null) and loy_valueOf (exactly these codes; null where they do not go together). Branch
and bound over whole numbers: see docs/loyalty.md for what is searched and when it is proved.';
