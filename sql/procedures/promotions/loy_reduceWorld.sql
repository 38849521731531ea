-- Keep of what is to be chosen only what can beat what is on in any case, the best option of a slot first.
--
--   SELECT loy_reduceWorld(caps, classes, effects, slotChosen, world);
--
CREATE OR REPLACE FUNCTION loy_reduceWorld(
    caps bigint[], classes integer[], effects loy_effects, slotChosen integer[], whole loy_world
)
RETURNS loy_world
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    world loy_world := whole;
    best bigint[] := whole.best;
    tops bigint[] := whole.tops;
    entryLines integer[] := effects.lines;
    entryCells integer[] := effects.cells;
    entryAmounts bigint[] := effects.amounts;
    entries integer := 0;
    lines integer[] := ARRAY[]::integer[];
    cells integer[] := ARRAY[]::integer[];
    amounts bigint[] := ARRAY[]::bigint[];
    slotFrom integer[] := ARRAY[]::integer[];
    slotTo integer[] := ARRAY[]::integer[];
    slotMost bigint[] := ARRAY[]::bigint[];
    options integer[] := ARRAY[]::integer[];
    optionFrom integer[] := ARRAY[]::integer[];
    optionTo integer[] := ARRAY[]::integer[];
    optionSlot integer[] := ARRAY[]::integer[];
    optionGain bigint[] := ARRAY[]::bigint[];
    kept integer := 0;
    slots integer := 0;
    first integer;
    firstKept integer;
    most bigint;
    gain bigint;
    line integer;
    offer integer;
BEGIN
    FOR s IN 1..whole.slots LOOP
        firstKept := kept + 1;
        most := whole.slotMost[s];
        offer := slotChosen[s];
        IF most > 0 AND effects.mostTo[offer] > 0 THEN
            -- No more than it could take beyond the best of its class.
            gain := 0;
            FOR k IN effects.mostFrom[offer]..effects.mostTo[offer] LOOP
                line := effects.mostLines[k];
                gain := gain + greatest(
                    least(
                        effects.mostAmounts[k] - best[(classes[offer] - 1) * cardinality(caps) + line], caps[line] - tops[line]
                    ),
                    0
                );
            END LOOP;
            most := least(most, gain);
        END IF;
        FOR o IN whole.slotFrom[s]..whole.slotTo[s] LOOP
            first := entries + 1;
            gain := 0;
            FOR e IN whole.optionFrom[o]..whole.optionTo[o] LOOP
                line := entryLines[e];
                IF entryAmounts[e] > best[entryCells[e]] AND tops[line] < caps[line] THEN
                    entries := entries + 1;
                    lines[entries] := line;
                    cells[entries] := entryCells[e];
                    amounts[entries] := entryAmounts[e];
                    gain := gain + least(entryAmounts[e] - best[entryCells[e]], caps[line] - tops[line]);
                END IF;
            END LOOP;
            IF entries >= first THEN
                kept := kept + 1;
                options[kept] := o;
                optionFrom[kept] := first;
                optionTo[kept] := entries;
                optionSlot[kept] := slots + 1;
                optionGain[kept] := gain;
            END IF;
        END LOOP;
        IF kept >= firstKept OR most > 0 THEN
            slots := slots + 1;
            slotFrom[slots] := firstKept;
            slotTo[slots] := kept;
            slotMost[slots] := most;
        END IF;
    END LOOP;

    world.slots := slots;
    world.slotFrom := slotFrom;
    world.slotTo := slotTo;
    world.slotMost := slotMost;
    world.lines := lines;
    world.cells := cells;
    world.amounts := amounts;
    SELECT
        array_agg(own.fromEntry), array_agg(own.toEntry), array_agg(whole.optionUseFrom[own.option]),
        array_agg(whole.optionUseTo[own.option]), array_agg(whole.optionGroup[own.option]),
        array_agg(whole.optionChosen[own.option]), array_agg(whole.optionWay[own.option])
    INTO
        world.optionFrom, world.optionTo, world.optionUseFrom, world.optionUseTo, world.optionGroup, world.optionChosen,
        world.optionWay
    FROM (
        SELECT one.option, one.fromEntry, one.toEntry
        FROM unnest(options, optionFrom, optionTo, optionSlot, optionGain)
        AS one (option, fromEntry, toEntry, slot, gain)
        ORDER BY one.slot, one.gain DESC, one.option
    ) AS own;
    RETURN world;
END;
$$;

COMMENT ON FUNCTION loy_reduceWorld IS
'caps: how much may come off each line; slotChosen: the candidate of each slot. What comes later in a slot may be left out.';
