-- Every way in which an offer can use the units of a basket, and what it takes off each line.
--
--   SELECT * FROM loy_listTakings('nForM', '{"buy": 3, "pay": 2}', '{900,500}', '{0,0}', '{2,2}', '{t,t}', '{1,2}', NULL, NULL, 100);
--
CREATE OR REPLACE FUNCTION loy_listTakings(
    kind text,
    offer jsonb,
    prices bigint[],
    floors bigint[],
    quantities integer[],
    fits boolean[],
    byLine integer[],
    maxTimes integer,
    cap bigint,
    effort integer
)
RETURNS TABLE (times integer, usage integer[], amounts bigint[], isComplete boolean, most bigint)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
-- To plan its long query costs more than to run it.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    n integer := cardinality(prices);
    needs integer[] := ARRAY(
        SELECT (pieces.piece ->> 'qty')::integer
        FROM jsonb_array_elements(loy_getParts(kind, offer)) WITH ORDINALITY AS pieces (piece, place)
        ORDER BY pieces.place
    );
    allNeeded integer := (SELECT sum(need)::integer FROM unnest(needs) AS need);
    freeFrom integer := CASE kind
        WHEN 'nForM' THEN (offer ->> 'pay')::integer
        WHEN 'freeItem' THEN needs[1]
        ELSE allNeeded
    END;
    price bigint := round((offer ->> 'price')::numeric * 100)::bigint;
    off bigint := round((offer ->> 'amount')::numeric * 100)::bigint;
    share bigint := round((offer ->> 'percent')::numeric * 100)::bigint;
    ways numeric := 1.0;
    there integer;
    counted integer;
    isPlain boolean;
    lowest bigint := 0::bigint;
    atMost integer := coalesce(maxTimes, 1000000);
    mostTimes integer;
    outcome record;
    used integer[];
    freed integer[];
    chosen integer[];
    gain bigint;
    remaining integer[];
    value bigint;
    tops bigint;
BEGIN
    most := 0;
    mostTimes := atMost;
    FOR p IN 1..cardinality(needs) LOOP
        CONTINUE WHEN needs[p] = 0;
        there := 0;
        value := 0;
        FOR i IN 1..n LOOP
            IF fits[(p - 1) * n + i] THEN
                there := there + 1;
                value := value + quantities[i];
            END IF;
        END LOOP;
        mostTimes := least(mostTimes, (value / needs[p])::integer);
        FOR k IN 1..needs[p] LOOP
            ways := ways * (there + k - 1) / k;
        END LOOP;
    END LOOP;
    IF mostTimes = 0 THEN
        RETURN;
    END IF;

    -- The most it could give if nothing else used its units: the dearest ones of every part.
    IF kind = 'nForM' THEN
        there := 0;
        FOR i IN 1..n LOOP
            FOR k IN 1..CASE WHEN fits[i] THEN quantities[i] ELSE 0 END LOOP
                there := there + 1;
                EXIT WHEN there > mostTimes * needs[1];
                IF (there - 1) % needs[1] >= freeFrom THEN
                    most := most + prices[i];
                END IF;
            END LOOP;
        END LOOP;
    ELSE
        FOR t IN 1..mostTimes LOOP
            tops := 0;
            FOR p IN 1..cardinality(needs) LOOP
                CONTINUE WHEN kind = 'freeItem' AND p = 1;
                there := t * needs[p];
                FOR i IN 1..n LOOP
                    IF fits[(p - 1) * n + i] THEN
                        tops := tops + least(there, quantities[i]) * prices[i];
                        there := there - least(there, quantities[i]);
                    END IF;
                END LOOP;
            END LOOP;
            most := greatest(
                most,
                CASE
                    WHEN kind = 'freeItem' THEN tops
                    WHEN price IS NOT NULL THEN tops - t * price
                    WHEN off IS NOT NULL THEN least(t * off, tops)
                    ELSE (tops * share + 5000) / 10000
                END
            );
        END LOOP;
    END IF;
    most := least(most, cap);

    isComplete := ways <= effort;
    IF isComplete THEN
        -- Counting is cheaper than trying in vain.
        counted := loy_countTakings(needs, fits, quantities, mostTimes, effort + 1);
        isComplete := counted IS NULL OR counted <= effort;
        -- The least that its goods can cost, once: the cheapest units of every part.
        FOR p IN 1..cardinality(needs) LOOP
            there := needs[p];
            FOR i IN REVERSE n..1 LOOP
                IF fits[(p - 1) * n + i] THEN
                    lowest := lowest + least(there, quantities[i]) * prices[i];
                    there := there - least(there, quantities[i]);
                END IF;
            END LOOP;
        END LOOP;
        isPlain := CASE kind
            WHEN 'nForM' THEN freeFrom > 0
            WHEN 'bundle' THEN lowest >= coalesce(price, off, 0)
            ELSE true
        END;
    END IF;
    IF isComplete AND counted > 0 AND isPlain THEN
        -- What it takes off depends on nothing but the units that are used and those that are free.
        FOR outcome IN
            SELECT one.times, one.usage, one.free, count(*) OVER () AS found
            FROM (
                SELECT listed.times, listed.usage, put.free
                FROM loy_listUsages(needs, fits, quantities, mostTimes) AS listed
                CROSS JOIN LATERAL loy_listFree(listed.usage, needs[1], freeFrom) AS put
                WHERE kind = 'nForM'
                UNION ALL
                SELECT
                    listed.times,
                    listed.usage,
                    ARRAY(
                        SELECT CASE WHEN kind = 'freeItem' AND fits[n + own.i] THEN own.taken ELSE 0 END
                        FROM unnest(listed.usage) WITH ORDINALITY AS own (taken, i)
                        ORDER BY own.i
                    )
                FROM loy_listUsages(needs, fits, quantities, mostTimes) AS listed
                WHERE kind <> 'nForM'
                LIMIT effort
            ) AS one
        LOOP
            IF outcome.found >= effort THEN
                isComplete := false;
                EXIT;
            END IF;
            times := outcome.times;
            usage := outcome.usage;
            value := 0;
            FOR i IN 1..n LOOP
                value := value + usage[i] * prices[i];
            END LOOP;
            gain := CASE
                WHEN kind <> 'bundle' THEN 0
                WHEN price IS NOT NULL THEN value - times * price
                WHEN off IS NOT NULL THEN times * off
                ELSE value
            END;
            amounts := loy_getTaken(kind, byLine, share, cap, prices, floors, usage, outcome.free, gain);
            RETURN NEXT;
        END LOOP;
    ELSIF isComplete THEN
        FOR outcome IN
            WITH RECURSIVE places AS (
                SELECT row_number() OVER (ORDER BY pieces.part, copy.n) AS place, pieces.part
                FROM unnest(needs) WITH ORDINALITY AS pieces (need, part)
                CROSS JOIN LATERAL generate_series(1, pieces.need) AS copy (n)
            ), pick AS (
                SELECT 0::bigint AS place, 0::bigint AS part, 0 AS last, ARRAY[]::integer[] AS lines
                UNION ALL
                SELECT places.place, places.part, goods.i, pick.lines || goods.i
                FROM pick
                INNER JOIN places ON places.place = pick.place + 1
                CROSS JOIN generate_series(1, n) AS goods (i)
                WHERE
                    fits[(places.part - 1) * n + goods.i]
                    AND (places.part <> pick.part OR goods.i >= pick.last)
                    AND quantities[goods.i] > cardinality(array_positions(pick.lines, goods.i))
            ), patterns AS MATERIALIZED (
                SELECT DISTINCT
                    ARRAY(
                        SELECT cardinality(array_positions(pick.lines, goods.i)) FROM generate_series(1, n) AS goods (i)
                    ) AS usage,
                    ARRAY(
                        SELECT cardinality(array_positions(pick.lines[freeFrom + 1:], goods.i))
                        FROM generate_series(1, n) AS goods (i)
                    ) AS free,
                    CASE
                        WHEN kind <> 'bundle' THEN 0
                        WHEN price IS NOT NULL THEN greatest(taken.worth - price, 0)
                        WHEN off IS NOT NULL THEN least(taken.worth, off)
                        ELSE taken.worth
                    END AS gain
                FROM pick
                CROSS JOIN LATERAL (SELECT sum(prices[one.i])::bigint FROM unnest(pick.lines) AS one (i)) AS taken (worth)
                WHERE pick.place = allNeeded
            ), grown AS (
                SELECT
                    0 AS times, array_fill(0, ARRAY[n]) AS usage, array_fill(0, ARRAY[n]) AS free, 0::bigint AS gain
                UNION
                SELECT
                    grown.times + 1,
                    added.usage,
                    ARRAY(SELECT pairs.one + pairs.other FROM unnest(grown.free, patterns.free) AS pairs (one, other)),
                    grown.gain + patterns.gain
                FROM grown
                CROSS JOIN patterns
                CROSS JOIN LATERAL (
                    SELECT ARRAY(SELECT pairs.one + pairs.other FROM unnest(grown.usage, patterns.usage) AS pairs (one, other))
                ) AS added (usage)
                WHERE
                    grown.times < atMost
                    AND NOT EXISTS (
                        SELECT FROM unnest(added.usage, quantities) AS pairs (taken, there) WHERE pairs.taken > pairs.there
                    )
            ), sought AS (
                SELECT grown.times, grown.usage, grown.free, grown.gain FROM grown LIMIT effort + 1
            )
            SELECT DISTINCT ON (sought.usage, sought.free)
                sought.times, sought.usage, sought.free, sought.gain, count(*) OVER () AS found
            FROM sought
            ORDER BY sought.usage, sought.free, sought.gain DESC, sought.times
        LOOP
            IF outcome.found > effort THEN
                isComplete := false;
                EXIT;
            END IF;
            CONTINUE WHEN outcome.times = 0;
            times := outcome.times;
            usage := outcome.usage;
            freed := outcome.free;
            gain := outcome.gain;
            amounts := loy_getTaken(kind, byLine, share, cap, prices, floors, usage, freed, gain);
            RETURN NEXT;
        END LOOP;
    END IF;
    IF isComplete THEN
        RETURN;
    END IF;

    -- Too many to try: none, then the dearest units first, once, twice and so on.
    used := array_fill(0, ARRAY[n]);
    freed := array_fill(0, ARRAY[n]);
    remaining := quantities;
    gain := 0;
    times := 0;
    usage := used;
    amounts := array_fill(0::bigint, ARRAY[n]);
    RETURN NEXT;
    FOR t IN 1..mostTimes LOOP
        chosen := '{}';
        FOR p IN 1..cardinality(needs) LOOP
            there := needs[p];
            FOR i IN 1..n LOOP
                WHILE there > 0 AND remaining[i] > 0 AND fits[(p - 1) * n + i] LOOP
                    chosen := chosen || i;
                    remaining[i] := remaining[i] - 1;
                    there := there - 1;
                END LOOP;
            END LOOP;
        END LOOP;
        EXIT WHEN cardinality(chosen) < allNeeded;
        value := 0;
        FOR k IN 1..allNeeded LOOP
            value := value + prices[chosen[k]];
            used[chosen[k]] := used[chosen[k]] + 1;
            IF k > freeFrom THEN
                freed[chosen[k]] := freed[chosen[k]] + 1;
            END IF;
        END LOOP;
        gain := gain + CASE
            WHEN kind <> 'bundle' THEN 0
            WHEN price IS NOT NULL THEN greatest(value - price, 0)
            WHEN off IS NOT NULL THEN least(value, off)
            ELSE value
        END;
        times := t;
        usage := used;
        amounts := loy_getTaken(kind, byLine, share, cap, prices, floors, used, freed, gain);
        RETURN NEXT;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_listTakings IS
'Lines are given from the dearest to the cheapest unit; fits says part by part which lines it may take units of, byLine
the places of the lines in the order of their numbers. usage: how many
of each line; amounts: what is taken off each. isComplete false: there are more ways than effort, and only those that take the dearest
units first are given; most is what it could give at best if no other offer used its units.';
