-- Branch and bound over what is to be chosen beside one combination of promotions of the receipt.
--
--   SELECT loy_search(problem, world, loy_weigh(problem, world, 0), 1, solution);
--
CREATE OR REPLACE FUNCTION loy_search(
    problem loy_problem, world loy_world, weighing loy_weighing, stage integer, known loy_solution
)
RETURNS loy_solution
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    solution loy_solution := known;
    cappable bigint := (problem.goods).cappable;
    total bigint := (problem.goods).total;
    bonusShare bigint := problem.bonusShare;
    payableMost bigint := (problem.purse).payableMost;
    payAtMost bigint := (problem.purse).payAtMost;
    sortedAmounts bigint[] := (problem.purse).sortedAmounts;
    sortedWorths bigint[] := (problem.purse).sortedWorths;
    caps bigint[] := (problem.goods).caps;
    units integer[] := (problem.goods).units;
    isNeutral boolean := problem.isNeutral;
    extra bigint := weighing.extra;
    weights bigint[] := weighing.weights;
    gains bigint[] := weighing.gains;
    isGroupUsed boolean[] := weighing.isGroupUsed;
    lines integer[] := world.lines;
    cells integer[] := world.cells;
    amounts bigint[] := world.amounts;
    slots integer := world.slots;
    slotFrom integer[] := world.slotFrom;
    slotTo integer[] := world.slotTo;
    optionFrom integer[] := world.optionFrom;
    optionTo integer[] := world.optionTo;
    optionUseFrom integer[] := world.optionUseFrom;
    optionUseTo integer[] := world.optionUseTo;
    optionGroup integer[] := world.optionGroup;
    useLines integer[] := world.useLines;
    useCounts integer[] := world.useCounts;

    -- Where the search stands: what is off in every cell and off every line, and what the line can still lose.
    best bigint[] := world.best;
    tops bigint[] := world.tops;
    rooms bigint[] := caps;
    used integer[] := array_fill(0, ARRAY[cardinality(caps)]);
    f bigint := weighing.start;
    depth integer := 1;
    isNew boolean := true;
    isWorth boolean;
    slotAt integer[];
    suffix bigint[] := array_fill(0::bigint, ARRAY[slots + 1]);
    rest bigint[] := suffix;
    before bigint[] := suffix;
    chosen integer[] := array_fill(0, ARRAY[slots + 1]);
    mark integer[] := chosen;
    -- Of the options at the present depth: what each would add; less than nothing once it was tried or cannot be.
    gainOf bigint[] := array_fill(0::bigint, ARRAY[coalesce(cardinality(optionFrom), 0)]);

    -- What was overwritten, to be put back.
    top integer := 0;
    undoCell integer[] := ARRAY[]::integer[];
    undoLine integer[] := ARRAY[]::integer[];
    undoAmount bigint[] := ARRAY[]::bigint[];

    -- Where a hundredth off is worth the same everywhere, a bound need only be compared.
    needed bigint := CASE WHEN isNeutral THEN known.value + 5000 END;
    bound bigint;
    largest bigint;
    amount bigint;
    looked bigint := known.looked;
    option integer;
    slot integer;
    cell integer;
    line integer;
BEGIN
    FOR l IN 1..cardinality(caps) LOOP
        rooms[l] := greatest(caps[l] - tops[l], 0);
    END LOOP;
    -- The slot that promises most comes first; suffix: what it and those after it add at best.
    slotAt := ARRAY(
        SELECT one.s::integer FROM unnest(gains) WITH ORDINALITY AS one (gain, s) ORDER BY one.gain DESC, one.s
    );
    FOR s IN REVERSE slots..1 LOOP
        suffix[s] := suffix[s + 1] + gains[slotAt[s]];
    END LOOP;

    WHILE depth > 0 LOOP
        isWorth := false;
        IF depth > slots THEN
            bound := loy_getBound(f, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths) + extra;
            IF bound > solution.value THEN
                solution := loy_keepBetter(problem, world, weighing.checks, tops, chosen, bound, stage, solution);
                needed := CASE WHEN isNeutral THEN solution.value + 5000 END;
            END IF;
        ELSIF isNew THEN
            -- What could still be gained: by the gains of the beginning, and only where that is too much by those of now.
            before[depth] := f;
            mark[depth] := top;
            rest[depth] := suffix[depth + 1];
            isWorth := CASE
                WHEN isNeutral THEN f + suffix[depth] >= needed
                ELSE loy_getBound(
                    f + suffix[depth], cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                ) + extra > solution.value
            END;
            bound := f;
            FOR s IN depth..CASE WHEN isWorth THEN slots ELSE 0 END LOOP
                slot := slotAt[s];
                largest := 0;
                FOR o IN slotFrom[slot]..slotTo[slot] LOOP
                    gainOf[o] := -1;
                    CONTINUE WHEN optionGroup[o] > 0 AND isGroupUsed[greatest(optionGroup[o], 1)];
                    looked := looked + optionTo[o] - optionFrom[o] + 1;
                    amount := 0;
                    FOR e IN optionFrom[o]..optionTo[o] LOOP
                        IF amounts[e] > best[cells[e]] THEN
                            amount := amount + weights[lines[e]] * least(amounts[e] - best[cells[e]], rooms[lines[e]]);
                        END IF;
                    END LOOP;
                    gainOf[o] := amount;
                    largest := greatest(largest, amount);
                END LOOP;
                bound := bound + largest;
                IF s > depth THEN
                    rest[depth] := rest[depth] - gains[slot] + largest;
                END IF;
                -- Enough to go on, or too little whatever the rest gives.
                EXIT WHEN bound >= needed OR bound + suffix[s + 1] < needed;
            END LOOP;
        ELSE
            -- Put back what the option that was tried last took off, and the units it used.
            FOR t IN REVERSE top..mark[depth] + 1 LOOP
                cell := undoCell[t];
                line := undoLine[t];
                tops[line] := tops[line] - best[cell] + undoAmount[t];
                rooms[line] := greatest(caps[line] - tops[line], 0);
                best[cell] := undoAmount[t];
            END LOOP;
            top := mark[depth];
            f := before[depth];
            option := chosen[depth];
            IF option > 0 THEN
                FOR u IN optionUseFrom[option]..optionUseTo[option] LOOP
                    used[useLines[u]] := used[useLines[u]] - useCounts[u];
                END LOOP;
                IF optionGroup[option] > 0 THEN
                    isGroupUsed[optionGroup[option]] := false;
                END IF;
                isWorth := true;
            END IF;
        END IF;

        -- The option that adds most of those that are possible; after all of them, none.
        WHILE isWorth LOOP
            option := 0;
            largest := CASE WHEN isNeutral AND stage = 1 THEN 0::bigint ELSE -1::bigint END;
            FOR o IN slotFrom[slotAt[depth]]..slotTo[slotAt[depth]] LOOP
                IF gainOf[o] > largest THEN
                    largest := gainOf[o];
                    option := o;
                END IF;
            END LOOP;
            bound := f + greatest(largest, 0) + rest[depth];
            isWorth := CASE
                WHEN isNeutral THEN bound >= needed
                ELSE loy_getBound(bound, cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths)
                    + extra > solution.value
            END;
            EXIT WHEN option = 0 OR NOT isWorth;
            gainOf[option] := -1;
            FOR u IN optionUseFrom[option]..optionUseTo[option] LOOP
                isWorth := isWorth AND used[useLines[u]] + useCounts[u] <= units[useLines[u]];
            END LOOP;
            EXIT WHEN isWorth;
            isWorth := true;
        END LOOP;
        IF NOT isWorth THEN
            depth := depth - 1;
            isNew := false;
            CONTINUE;
        END IF;

        -- A step, and one more for every 50 amounts that were looked at.
        solution.nodes := solution.nodes + 1 + looked / 50;
        looked := looked % 50;
        IF solution.nodes >= solution.nextLook THEN
            solution.nextLook := solution.nodes + 64;
            solution.isBlown := solution.value >= 0 AND clock_timestamp() > problem.fuse;
        END IF;
        IF solution.isBlown OR (solution.nodes > problem.nodeBudget AND solution.value >= 0) THEN
            solution.isOver := true;
            solution.ceiling := greatest(
                solution.ceiling,
                loy_getBound(
                    weighing.start + suffix[1], cappable, total, bonusShare, payableMost, payAtMost, sortedAmounts, sortedWorths
                ) + extra
            );
            EXIT;
        END IF;

        chosen[depth] := option;
        IF option > 0 THEN
            FOR u IN optionUseFrom[option]..optionUseTo[option] LOOP
                used[useLines[u]] := used[useLines[u]] + useCounts[u];
            END LOOP;
            IF optionGroup[option] > 0 THEN
                isGroupUsed[optionGroup[option]] := true;
            END IF;
            FOR e IN optionFrom[option]..optionTo[option] LOOP
                cell := cells[e];
                IF amounts[e] > best[cell] THEN
                    line := lines[e];
                    top := top + 1;
                    undoCell[top] := cell;
                    undoLine[top] := line;
                    undoAmount[top] := best[cell];
                    f := f + weights[line] * least(amounts[e] - best[cell], rooms[line]);
                    tops[line] := tops[line] + amounts[e] - best[cell];
                    rooms[line] := greatest(caps[line] - tops[line], 0);
                    best[cell] := amounts[e];
                END IF;
            END LOOP;
        END IF;
        depth := depth + 1;
        isNew := true;
    END LOOP;
    solution.looked := looked;
    RETURN solution;
END;
$$;

COMMENT ON FUNCTION loy_search IS
'Depth first, one slot after the other. What an option would add now is never less than what it adds later, so that the sum of the
best of every open slot is a bound. A step counts one, and one more for every 50 amounts looked at: the budget of steps, not the
clock, ends a search, so that the same basket gives the same answer on every machine.';
