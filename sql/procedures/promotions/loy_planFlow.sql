-- Spread several amounts over the lines each of them may go to, so that as much as possible is placed.
--
--   SELECT loy_planFlow('{10000,10000}', '{t,t,t,f}', '{10000,10000}', NULL, NULL);
--
CREATE OR REPLACE FUNCTION loy_planFlow(
    amounts bigint[], reach boolean[], rooms bigint[], weights bigint[], maximum bigint
)
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    sources integer := coalesce(cardinality(amounts), 0);
    n integer := coalesce(cardinality(rooms), 0);
    room bigint[] := rooms;
    allowed bigint := coalesce(maximum, 9223372036854775807);
    placed bigint[] := array_fill(0::bigint, ARRAY[sources * n]);
    own bigint[];
    part bigint[];
    remaining bigint;
    step bigint;
    -- The search for another way: lines are 1 to n; of each, the source it was reached from and the line that source gave up.
    cameFrom integer[];
    gaveUp integer[];
    queue integer[];
    head integer;
    line integer;
    target integer;
    isSeen boolean[];
BEGIN
    FOR s IN 1..sources LOOP
        remaining := least(amounts[s], allowed);
        CONTINUE WHEN remaining <= 0;
        own := array_fill(0::bigint, ARRAY[n]);
        FOR i IN 1..n LOOP
            IF reach[(s - 1) * n + i] THEN
                own[i] := room[i];
            END IF;
        END LOOP;
        part := loy_spread(remaining, coalesce(weights, own), own);
        FOR i IN 1..n LOOP
            IF part[i] > 0 THEN
                placed[(s - 1) * n + i] := part[i];
                room[i] := room[i] - part[i];
                remaining := remaining - part[i];
                allowed := allowed - part[i];
            END IF;
        END LOOP;

        -- Earlier ones make way where they can go elsewhere: the shortest chain first, lower lines first.
        WHILE remaining > 0 LOOP
            cameFrom := array_fill(0, ARRAY[n]);
            gaveUp := array_fill(0, ARRAY[n]);
            isSeen := array_fill(false, ARRAY[sources]);
            isSeen[s] := true;
            queue := '{}';
            target := NULL;
            FOR i IN 1..n LOOP
                IF reach[(s - 1) * n + i] THEN
                    cameFrom[i] := s;
                    queue := queue || i;
                    IF room[i] > 0 THEN
                        target := coalesce(target, i);
                    END IF;
                END IF;
            END LOOP;
            head := 1;
            WHILE target IS NULL AND head <= cardinality(queue) LOOP
                line := queue[head];
                head := head + 1;
                FOR t IN 1..s LOOP
                    CONTINUE WHEN isSeen[t] OR placed[(t - 1) * n + line] = 0;
                    isSeen[t] := true;
                    FOR i IN 1..n LOOP
                        IF cameFrom[i] = 0 AND reach[(t - 1) * n + i] THEN
                            cameFrom[i] := t;
                            gaveUp[i] := line;
                            queue := queue || i;
                            IF room[i] > 0 THEN
                                target := coalesce(target, i);
                            END IF;
                        END IF;
                    END LOOP;
                    EXIT WHEN target IS NOT NULL;
                END LOOP;
            END LOOP;
            EXIT WHEN target IS NULL;

            step := least(remaining, room[target]);
            line := target;
            WHILE gaveUp[line] > 0 LOOP
                step := least(step, placed[(cameFrom[line] - 1) * n + gaveUp[line]]);
                line := gaveUp[line];
            END LOOP;
            room[target] := room[target] - step;
            line := target;
            LOOP
                placed[(cameFrom[line] - 1) * n + line] := placed[(cameFrom[line] - 1) * n + line] + step;
                EXIT WHEN gaveUp[line] = 0;
                placed[(cameFrom[line] - 1) * n + gaveUp[line]] := placed[(cameFrom[line] - 1) * n + gaveUp[line]] - step;
                line := gaveUp[line];
            END LOOP;
            remaining := remaining - step;
            allowed := allowed - step;
        END LOOP;
    END LOOP;
    RETURN placed;
END;
$$;

COMMENT ON FUNCTION loy_planFlow IS
'amounts in the order of their priority; reach says source by source which lines each may go to, and so runs the answer. No line
gets more than its room, all together no more than maximum. First each one places as much as it can in proportion to weights
(null: to the room that is left), then those before it move elsewhere to make way, without losing anything: every source places
as much as it can when those before it place as much as they can, and all together place the most that is possible.';
