-- What a combination of promotions of the receipt makes of everything else that is to be chosen.
--
--   SELECT loy_weigh(problem, world, 0);
--
CREATE OR REPLACE FUNCTION loy_weigh(problem loy_problem, world loy_world, combination bigint)
RETURNS loy_weighing
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    weighing loy_weighing;
    candidates loy_candidates := problem.candidates;
    checks loy_checks := problem.checks;
    n integer := (problem.goods).n;
    caps bigint[] := (problem.goods).caps;
    tops bigint[] := world.tops;
    best bigint[] := world.best;
    lines integer[] := world.lines;
    cells integer[] := world.cells;
    amounts bigint[] := world.amounts;
    weights bigint[] := array_fill(10000::bigint, ARRAY[n]);
    isGroupUsed boolean[] := array_fill(false, ARRAY[candidates.groupCount]);
    gains bigint[] := array_fill(0::bigint, ARRAY[world.slots]);
    start bigint := 0::bigint;
    heaviest bigint := 0::bigint;
    amount bigint;
    largest bigint;
    line integer;
    own integer;
BEGIN
    weighing.extra := (problem.purse).serviceMost + (problem.rules).most;
    FOR j IN 1..checks.q LOOP
        CONTINUE WHEN (combination >> (j - 1)) & 1 = 0;
        own := checks.candidates[j];
        IF candidates.groups[own] > 0 AND own <> world.solo THEN
            isGroupUsed[candidates.groups[own]] := true;
        END IF;
        CASE candidates.kinds[own]
            WHEN 'percent' THEN
                IF candidates.caps[own] * 8000 <= candidates.worths[own] * candidates.gross[own] * 0.64 THEN
                    start := start + candidates.caps[own] * 10000;
                ELSE
                    -- It takes its share of what is left of a line, so a hundredth off that is worth so much less.
                    start := start + candidates.worths[own] * candidates.gross[own];
                    FOR l IN 1..n LOOP
                        IF checks.reach[(j - 1) * n + l] THEN
                            weights[l] := greatest(weights[l] - candidates.worths[own], 0);
                        END IF;
                    END LOOP;
                END IF;
            WHEN 'amount' THEN
                start := start + least(candidates.worths[own], candidates.caps[own], candidates.gross[own]) * 10000;
            WHEN 'giftBonus' THEN weighing.extra := weighing.extra + candidates.worths[own] * problem.earnValue;
            ELSE NULL;
        END CASE;
    END LOOP;
    FOR l IN 1..n LOOP
        start := start + weights[l] * least(caps[l], tops[l]);
        heaviest := greatest(heaviest, weights[l]);
    END LOOP;

    weighing.most := start;
    FOR s IN 1..world.slots LOOP
        largest := 0;
        FOR o IN world.slotFrom[s]..world.slotTo[s] LOOP
            CONTINUE WHEN world.optionGroup[o] > 0 AND isGroupUsed[greatest(world.optionGroup[o], 1)];
            amount := 0;
            FOR e IN world.optionFrom[o]..world.optionTo[o] LOOP
                line := lines[e];
                amount := amount + weights[line] * (least(caps[line], tops[line] + amounts[e] - best[cells[e]]) - least(caps[line], tops[line]));
            END LOOP;
            largest := greatest(largest, amount);
        END LOOP;
        gains[s] := largest;
        weighing.most := weighing.most + greatest(largest, world.slotMost[s] * heaviest);
    END LOOP;

    weighing.checks := combination;
    weighing.weights := weights;
    weighing.heaviest := heaviest;
    weighing.start := start;
    weighing.isGroupUsed := isGroupUsed;
    weighing.gains := gains;
    RETURN weighing;
END;
$$;

COMMENT ON FUNCTION loy_weigh IS
'Amounts in ten-thousandths of a hundredth. A percentage that its cap limits in any case counts as its cap.';
