-- Go through the combinations of promotions of the receipt in one world, from the most promising on.
--
--   SELECT loy_searchWorld(problem, world, '{0}', 1, false, true, solution);
--
CREATE OR REPLACE FUNCTION loy_searchWorld(
    problem loy_problem,
    world loy_world,
    combinations bigint[],
    stage integer,
    isCut boolean,
    isLast boolean,
    known loy_solution
)
RETURNS loy_solution
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    solution loy_solution := known;
    weighing loy_weighing;
    isRestricted boolean := isCut;
    highest bigint := -1::bigint;
    bound bigint;
    gain bigint;
    bounds bigint[] := ARRAY[]::bigint[];
    place integer;
BEGIN
    FOR s IN 1..world.slots LOOP
        isRestricted := isRestricted OR world.slotMost[s] > 0;
    END LOOP;
    FOR c IN 1..cardinality(combinations) LOOP
        weighing := loy_weigh(problem, world, combinations[c]);
        gain := weighing.start + (SELECT coalesce(sum(one.gain), 0)::bigint FROM unnest(weighing.gains) AS one (gain));
        bounds[c] := loy_getCeiling(problem, gain, weighing.extra);
        highest := greatest(highest, loy_getCeiling(problem, weighing.most, weighing.extra));
    END LOOP;
    IF isRestricted THEN
        solution.ceiling := greatest(solution.ceiling, highest);
    END IF;
    IF isCut THEN
        solution.reached := greatest(solution.reached, highest);
    END IF;
    -- Where the best cannot be proved, whatever is found, the rest of the steps would be taken in vain.
    IF isLast AND stage = 1 AND (problem.isNeutral OR problem.isMonotone) AND solution.ceiling > ALL(bounds) THEN
        problem.nodeBudget := least(problem.nodeBudget, solution.nodes + problem.nodeBudget / 10);
    END IF;

    FOR place, bound IN
        SELECT one.place::integer, one.bound
        FROM unnest(bounds) WITH ORDINALITY AS one (bound, place)
        ORDER BY one.bound DESC, one.place
    LOOP
        EXIT WHEN bound <= solution.value;
        IF solution.isOver THEN
            solution.ceiling := greatest(solution.ceiling, bound);
            EXIT;
        END IF;
        IF cardinality(combinations) > 1 THEN
            weighing := loy_weigh(problem, world, combinations[place]);
        END IF;
        IF world.slots > 0 THEN
            solution := loy_search(problem, world, weighing, stage, solution);
        ELSE
            solution := loy_keepBetter(problem, world, weighing.checks, world.tops, '{}', bound, stage, solution);
        END IF;
    END LOOP;
    RETURN solution;
END;
$$;

COMMENT ON FUNCTION loy_searchWorld IS
'isCut: combinations are not all there are. isLast: nothing is tried after this world. known is the best of the worlds before this one.';
