-- What promotions of the receipt take off lines from which phase 1 took so much.
--
--   SELECT * FROM loy_planChecks(goods, candidates, checks, '{1000}', 0);
--
CREATE OR REPLACE FUNCTION loy_planChecks(
    goods loy_goods, candidates loy_candidates, checks loy_checks, taken bigint[], combination bigint
)
RETURNS TABLE (amounts bigint[], isMet boolean[], isRounded boolean[])
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := goods.n;
    net bigint[] := goods.gross;
    rooms bigint[] := goods.caps;
    reach boolean[] := checks.reach;
    wanted bigint[] := array_fill(0::bigint, ARRAY[checks.q]);
    remainders bigint[] := wanted;
    exact numeric;
    ofAll bigint := 0::bigint;
    isRaised boolean[];
    raised bigint;
    grossThere bigint;
    netThere bigint;
    own integer;
    place integer;
BEGIN
    FOR i IN 1..n LOOP
        net[i] := net[i] - taken[i];
        rooms[i] := rooms[i] - taken[i];
    END LOOP;
    isMet := array_fill(false, ARRAY[checks.q]);
    isRounded := isMet;
    isRaised := isMet;
    FOR c IN 1..checks.q LOOP
        CONTINUE WHEN (combination >> (c - 1)) & 1 = 0;
        own := checks.candidates[c];
        grossThere := 0;
        netThere := 0;
        FOR i IN 1..n LOOP
            IF reach[(c - 1) * n + i] THEN
                grossThere := grossThere + goods.gross[i];
                netThere := netThere + net[i];
            END IF;
        END LOOP;
        isMet[c] := CASE WHEN candidates.isNet[own] THEN netThere ELSE grossThere END >= candidates.thresholds[own];
        CONTINUE WHEN NOT isMet[c];
        CASE candidates.kinds[own]
            WHEN 'percent' THEN
                exact := least(netThere::numeric * candidates.worths[own], candidates.caps[own]::numeric * 10000);
            WHEN 'amount' THEN exact := least(candidates.worths[own], candidates.caps[own], netThere)::numeric * 10000;
            ELSE exact := 0;
        END CASE;
        wanted[c] := div(exact, 10000)::bigint;
        remainders[c] := (exact - wanted[c]::numeric * 10000)::bigint;
        ofAll := ofAll + remainders[c];
    END LOOP;
    FOR place IN
        SELECT fractions.place::integer
        FROM unnest(remainders) WITH ORDINALITY AS fractions (remainder, place)
        ORDER BY fractions.remainder DESC, fractions.place
        LIMIT (ofAll + 5000) / 10000
    LOOP
        wanted[place] := wanted[place] + 1;
        isRaised[place] := true;
    END LOOP;
    amounts := loy_planFlow(wanted, reach, rooms, net, NULL);

    -- Of those that give nothing themselves the last ones are left out, one by one, as long as the others are still rounded up.
    raised := (ofAll + 5000) / 10000;
    FOR c IN REVERSE checks.q..1 LOOP
        CONTINUE WHEN remainders[c] = 0 OR 0 < ANY (amounts[(c - 1) * n + 1:c * n]);
        IF isRaised[c] THEN
            raised := raised - 1;
        ELSIF (ofAll - remainders[c] + 5000) / 10000 < raised THEN
            isRounded[c] := true;
            CONTINUE;
        END IF;
        ofAll := ofAll - remainders[c];
    END LOOP;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_planChecks IS
'Phase 2: all of the combination from what phase 1 left, rounded together, check by check and line by line. isMet: whether the
threshold of each of them is met. isRounded: it takes nothing off itself, and without its fraction of a hundredth others would not
be rounded up; where one of several is enough, that of the first is.';
