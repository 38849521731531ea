-- What is on in any case, and what is to be chosen, when nothing that counts alone is on or one such promotion is.
--
--   SELECT loy_openWorld(problem, effects, 0, 1);
--
CREATE OR REPLACE FUNCTION loy_openWorld(problem loy_problem, effects loy_effects, solo integer, stage integer)
RETURNS loy_world
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    world loy_world;
    candidates loy_candidates := problem.candidates;
    m integer := candidates.m;
    classes integer[] := candidates.classes;
    groups integer[] := candidates.groups;
    isOffer boolean[] := candidates.isOffer;
    isCheck boolean[] := candidates.isCheck;
    firsts integer[] := effects.firsts;
    lasts integer[] := effects.lasts;
    entryLines integer[] := effects.lines;
    entryCells integer[] := effects.cells;
    entryAmounts bigint[] := effects.amounts;
    n integer := (problem.goods).n;
    isIn boolean[] := loy_listIn(candidates, solo, problem.isForced);
    isOn boolean[] := array_fill(false, ARRAY[m]);
    best bigint[] := array_fill(0::bigint, ARRAY[candidates.classCount * n + cardinality(effects.promotions)]);
    tops bigint[] := array_fill(0::bigint, ARRAY[n]);
    isOpen boolean[] := array_fill(true, ARRAY[candidates.groupCount]);
    slots integer := 0;
    options integer := 0;
    slotFrom integer[] := ARRAY[]::integer[];
    slotTo integer[] := ARRAY[]::integer[];
    slotMost bigint[] := ARRAY[]::bigint[];
    optionFrom integer[] := ARRAY[]::integer[];
    optionTo integer[] := ARRAY[]::integer[];
    optionUseFrom integer[] := ARRAY[]::integer[];
    optionUseTo integer[] := ARRAY[]::integer[];
    optionGroup integer[] := ARRAY[]::integer[];
    optionChosen integer[] := ARRAY[]::integer[];
    optionWay integer[] := ARRAY[]::integer[];
    slotChosen integer[] := ARRAY[]::integer[];
    cell integer;
BEGIN
    FOR i IN 1..m LOOP
        CONTINUE WHEN NOT isIn[i] OR lasts[i] = 0;
        CONTINUE WHEN NOT (problem.isForced OR i = solo OR ((groups[i] = 0 OR solo > 0) AND stage = 1));
        isOn[i] := true;
        FOR e IN firsts[i]..lasts[i] LOOP
            cell := entryCells[e];
            IF entryAmounts[e] > best[cell] THEN
                tops[entryLines[e]] := tops[entryLines[e]] + entryAmounts[e] - best[cell];
                best[cell] := entryAmounts[e];
            END IF;
        END LOOP;
    END LOOP;

    -- A slot for every offer, with its ways; one for every exclusion group of others, with all of them; one for each of the rest.
    FOR i IN 1..m LOOP
        CONTINUE WHEN NOT isIn[i] OR isOn[i] OR isCheck[i];
        IF isOffer[i] THEN
            slots := slots + 1;
            slotFrom[slots] := options + 1;
            slotMost[slots] := CASE WHEN effects.isPartial[i] THEN effects.most[i] ELSE 0 END;
            FOR w IN 1..effects.ways LOOP
                CONTINUE WHEN effects.wayPromotions[w] <> i;
                options := options + 1;
                optionFrom[options] := effects.wayFrom[w];
                optionTo[options] := effects.wayTo[w];
                optionUseFrom[options] := effects.wayUseFrom[w];
                optionUseTo[options] := effects.wayUseTo[w];
                optionGroup[options] := CASE WHEN i <> solo THEN groups[i] ELSE 0 END;
                optionChosen[options] := i;
                optionWay[options] := w;
            END LOOP;
        ELSE
            CONTINUE WHEN lasts[i] = 0;
            CONTINUE WHEN groups[i] > 0 AND NOT isOpen[greatest(groups[i], 1)];
            slots := slots + 1;
            slotFrom[slots] := options + 1;
            slotMost[slots] := 0;
            FOR j IN i..m LOOP
                CONTINUE WHEN j > i AND (groups[i] = 0 OR groups[j] <> groups[i]);
                CONTINUE WHEN NOT isIn[j] OR lasts[j] = 0;
                options := options + 1;
                optionFrom[options] := firsts[j];
                optionTo[options] := lasts[j];
                optionUseFrom[options] := 1;
                optionUseTo[options] := 0;
                optionGroup[options] := groups[j];
                optionChosen[options] := j;
                optionWay[options] := 0;
            END LOOP;
            IF groups[i] > 0 THEN
                isOpen[groups[i]] := false;
            END IF;
        END IF;
        slotTo[slots] := options;
        slotChosen[slots] := i;
    END LOOP;

    world.solo := solo;
    world.isOn := isOn;
    world.best := best;
    world.tops := tops;
    world.slots := slots;
    world.slotFrom := slotFrom;
    world.slotTo := slotTo;
    world.slotMost := slotMost;
    world.optionFrom := optionFrom;
    world.optionTo := optionTo;
    world.optionUseFrom := optionUseFrom;
    world.optionUseTo := optionUseTo;
    world.optionGroup := optionGroup;
    world.optionChosen := optionChosen;
    world.optionWay := optionWay;
    world.useLines := effects.useLines;
    world.useCounts := effects.useCounts;
    world.lines := '{}';
    world.cells := '{}';
    world.amounts := '{}';
    IF slots = 0 THEN
        RETURN world;
    END IF;
    RETURN loy_reduceWorld((problem.goods).caps, classes, effects, slotChosen, world);
END;
$$;

COMMENT ON FUNCTION loy_openWorld IS
'In stage 1 all is on that excludes nothing, in stage 2 nothing is taken for harmless. solo is the candidate that counts alone, 0
when none does.';
