-- What earning rules give for what is paid, line by line.
--
--   SELECT loy_planEarning('{10000}', '{10000}', '{earnStep}', '{500}', '{1000}', '{NULL}', '{0}', '{f}', '{NULL}', '{NULL}', '{f}', '{f}', '{t}');
--
CREATE OR REPLACE FUNCTION loy_planEarning(
    gross bigint[],
    paid bigint[],
    kinds text[],
    worths bigint[],
    steps bigint[],
    earnCaps bigint[],
    totals bigint[],
    isNet boolean[],
    classes text[],
    groups text[],
    isSolo boolean[],
    isJoint boolean[],
    reach boolean[]
)
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(gross);
    rules integer := coalesce(cardinality(kinds), 0);
    earned bigint[] := array_fill(0::bigint, ARRAY[rules * n]);
    alone bigint[] := array_fill(0::bigint, ARRAY[rules]);
    others bigint := 0::bigint;
    isKept boolean[] := array_fill(true, ARRAY[rules]);
    own bigint[];
    part bigint[];
    grossThere bigint;
    paidThere bigint;
    amount bigint;
    best integer;
BEGIN
    FOR r IN 1..rules LOOP
        own := array_fill(0::bigint, ARRAY[n]);
        grossThere := 0;
        paidThere := 0;
        FOR i IN 1..n LOOP
            IF reach[(r - 1) * n + i] THEN
                own[i] := paid[i];
                grossThere := grossThere + gross[i];
                paidThere := paidThere + paid[i];
            END IF;
        END LOOP;
        CONTINUE WHEN paidThere = 0 OR CASE WHEN isNet[r] THEN paidThere ELSE grossThere END < totals[r];
        amount := CASE kinds[r]
            WHEN 'earnStep' THEN worths[r] * (paidThere / steps[r])
            WHEN 'earnPercent' THEN div(paidThere::numeric * worths[r] + 5000, 10000)::bigint
            ELSE worths[r]
        END;
        amount := least(amount, earnCaps[r]);
        CONTINUE WHEN amount = 0;
        alone[r] := amount;
        part := loy_spread(amount, own);
        FOR i IN 1..n LOOP
            earned[(r - 1) * n + i] := part[i];
        END LOOP;
    END LOOP;

    -- Of a group the rule that gives most; of the lines of a class the rule that gives most there; those that count alone at last.
    FOR r IN 1..rules LOOP
        FOR other IN 1..rules LOOP
            IF
                groups[r] = groups[other] AND NOT isSolo[r] AND NOT isSolo[other]
                AND (alone[other] > alone[r] OR (alone[other] = alone[r] AND other < r))
            THEN
                isKept[r] := false;
            END IF;
        END LOOP;
    END LOOP;
    FOR r IN 1..rules LOOP
        CONTINUE WHEN isSolo[r];
        FOR i IN 1..n LOOP
            IF NOT isKept[r] THEN
                earned[(r - 1) * n + i] := 0;
            END IF;
        END LOOP;
    END LOOP;
    FOR r IN 1..rules LOOP
        CONTINUE WHEN classes[r] IS NULL OR isSolo[r];
        FOR other IN 1..rules LOOP
            CONTINUE WHEN other = r OR isSolo[other] OR classes[other] IS DISTINCT FROM classes[r];
            FOR i IN 1..n LOOP
                IF
                    earned[(other - 1) * n + i] > earned[(r - 1) * n + i]
                    OR (earned[(other - 1) * n + i] = earned[(r - 1) * n + i] AND other < r)
                THEN
                    earned[(r - 1) * n + i] := 0;
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
    FOR r IN 1..rules LOOP
        IF isSolo[r] THEN
            IF best IS NULL OR alone[r] > alone[best] THEN
                best := r;
            END IF;
        ELSIF NOT isJoint[r] THEN
            FOR i IN 1..n LOOP
                others := others + earned[(r - 1) * n + i];
            END LOOP;
        END IF;
    END LOOP;
    IF best IS NOT NULL AND alone[best] <= others THEN
        best := NULL;
    END IF;
    FOR r IN 1..rules LOOP
        IF (best IS NULL AND isSolo[r]) OR (best IS NOT NULL AND r <> best AND NOT isJoint[r]) THEN
            FOR i IN 1..n LOOP
                earned[(r - 1) * n + i] := 0;
            END LOOP;
        END IF;
    END LOOP;
    RETURN earned;
END;
$$;

COMMENT ON FUNCTION loy_planEarning IS
'paid is what is really paid for each line, after discounts and bonuses. A rule that its threshold is met for gives: earnStep so
much for every full step, earnPercent a share rounded half up, earnFixed a sum; at most its cap, spread over its lines by what is
paid for them. Of an exclusion group the rule that gives most; of a class the rule that gives most on each line; a rule that
counts alone only where it gives more than all others that are not joint.';
