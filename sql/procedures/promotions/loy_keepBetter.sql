-- Keep a choice that is complete if it is worth more than the best so far.
--
--   SELECT loy_keepBetter(problem, world, 0, '{}', '{0}', 0, 1, solution);
--
CREATE OR REPLACE FUNCTION loy_keepBetter(
    problem loy_problem,
    world loy_world,
    checks bigint,
    tops bigint[],
    chosen integer[],
    promised bigint,
    stage integer,
    known loy_solution
)
RETURNS loy_solution
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    solution loy_solution := known;
    caps bigint[] := (problem.goods).caps;
    taken bigint[] := tops;
    isOn boolean[] := world.isOn;
    ways integer[] := ARRAY[]::integer[];
    value bigint := promised;
    settled loy_settlement;
    option integer;
BEGIN
    FOR l IN 1..cardinality(taken) LOOP
        taken[l] := least(caps[l], taken[l]);
    END LOOP;
    IF NOT problem.isNeutral OR stage = 2 THEN
        -- What it is promised to be worth need not be true: see what really follows.
        solution.nodes := solution.nodes + 3;
        settled := loy_settle(problem, taken, checks);
        value := settled.value;
        IF stage = 1 AND NOT problem.isMonotone AND NOT problem.isForced THEN
            solution.ceiling := greatest(solution.ceiling, promised);
            solution.reached := greatest(solution.reached, promised);
        END IF;
    END IF;
    IF value <= solution.value THEN
        RETURN solution;
    END IF;
    FOR s IN 1..world.slots LOOP
        option := chosen[s];
        IF option > 0 THEN
            IF world.optionWay[option] > 0 THEN
                ways := ways || world.optionWay[option];
            ELSE
                isOn[world.optionChosen[option]] := true;
            END IF;
        END IF;
    END LOOP;
    solution.value := value;
    solution.settled := settled;
    solution.isOn := isOn;
    solution.ways := ways;
    solution.checks := checks;
    solution.taken := taken;
    RETURN solution;
END;
$$;

COMMENT ON FUNCTION loy_keepBetter IS
'tops: what would come off each line without a floor, chosen: an option for every slot or 0, promised: its value by the bound of the
search.';
