-- What follows once it is known what comes off the lines: promotions of the receipt, bonus payment, earning, and the value of it all.
--
--   SELECT * FROM loy_settle('{10000}', '{10000}', '{f}', '{1000}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', 0, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
--
CREATE OR REPLACE FUNCTION loy_settle(
    gross bigint[],
    caps bigint[],
    isService boolean[],
    taken bigint[],
    checkKinds text[],
    checkWorths bigint[],
    checkCaps bigint[],
    checkTotals bigint[],
    checkIsNet boolean[],
    checkReach boolean[],
    lotAmounts bigint[],
    lotIsService boolean[],
    lotWorths bigint[],
    lotReach boolean[],
    payAtMost bigint,
    earnKinds text[],
    earnWorths bigint[],
    earnSteps bigint[],
    earnCaps bigint[],
    earnTotals bigint[],
    earnIsNet boolean[],
    earnClasses text[],
    earnGroups text[],
    earnIsSolo boolean[],
    earnIsJoint boolean[],
    earnReach boolean[],
    settings jsonb
)
RETURNS TABLE (value bigint, checks bigint[], isMet boolean[], payments bigint[], earnings bigint[])
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    n integer := cardinality(gross);
    q integer := coalesce(cardinality(checkKinds), 0);
    lots integer := coalesce(cardinality(lotAmounts), 0);
    net bigint[] := gross;
    room bigint[] := caps;
    discount bigint[] := taken;
    wanted bigint[] := array_fill(0::bigint, ARRAY[q]);
    exact numeric;
    remainders numeric[] := array_fill(0::numeric, ARRAY[q]);
    whole bigint := 0::bigint;
    ofAll numeric := 0.0;
    grossThere bigint;
    netThere bigint;
    place integer;
    total bigint := 0::bigint;
    paid bigint[];
    bonusRoom bigint[];
    serviceRoom bigint[];
    earnValue bigint := coalesce((settings ->> 'earnValue')::bigint, 0);
BEGIN
    -- Phase 2: from what phase 1 left, all of them from the same amounts.
    FOR i IN 1..n LOOP
        net[i] := gross[i] - taken[i];
        room[i] := caps[i] - taken[i];
    END LOOP;
    isMet := array_fill(false, ARRAY[q]);
    value := 0;
    FOR c IN 1..q LOOP
        grossThere := 0;
        netThere := 0;
        FOR i IN 1..n LOOP
            IF checkReach[(c - 1) * n + i] THEN
                grossThere := grossThere + gross[i];
                netThere := netThere + net[i];
            END IF;
        END LOOP;
        isMet[c] := CASE WHEN checkIsNet[c] THEN netThere ELSE grossThere END >= checkTotals[c];
        CONTINUE WHEN NOT isMet[c];
        CASE checkKinds[c]
            WHEN 'percent' THEN exact := least(netThere::numeric * checkWorths[c], checkCaps[c]::numeric * 10000);
            WHEN 'amount' THEN exact := least(checkWorths[c], checkCaps[c], netThere)::numeric * 10000;
            WHEN 'giftBonus' THEN
                exact := 0;
                value := value + checkWorths[c] * earnValue;
            ELSE exact := 0;
        END CASE;
        wanted[c] := div(exact, 10000)::bigint;
        remainders[c] := exact - wanted[c]::numeric * 10000;
        whole := whole + wanted[c];
        ofAll := ofAll + exact;
    END LOOP;
    FOR place IN
        SELECT fractions.place::integer
        FROM unnest(remainders) WITH ORDINALITY AS fractions (remainder, place)
        ORDER BY fractions.remainder DESC, fractions.place
        LIMIT div(ofAll + 5000, 10000) - whole
    LOOP
        wanted[place] := wanted[place] + 1;
    END LOOP;
    checks := loy_planFlow(wanted, checkReach, room, net, NULL);
    FOR c IN 1..q LOOP
        FOR i IN 1..n LOOP
            discount[i] := discount[i] + checks[(c - 1) * n + i];
        END LOOP;
    END LOOP;

    -- Phase 3: bonuses within their shares, service points on services.
    FOR i IN 1..n LOOP
        net[i] := gross[i] - discount[i];
        room[i] := caps[i] - discount[i];
        total := total + net[i];
        value := value + discount[i] * 10000;
    END LOOP;
    payments := array_fill(0::bigint, ARRAY[lots * n]);
    IF lots > 0 AND (payAtMost IS NULL OR payAtMost > 0) THEN
        bonusRoom := loy_getPayable(gross, discount, room, isService, settings);
        serviceRoom := array_fill(0::bigint, ARRAY[n]);
        FOR i IN 1..n LOOP
            IF isService[i] THEN
                serviceRoom[i] := room[i];
            END IF;
        END LOOP;
        paid := loy_planFlow(
            ARRAY(
                SELECT CASE WHEN own.isService THEN 0 ELSE own.amount END
                FROM unnest(lotAmounts, lotIsService) WITH ORDINALITY AS own (amount, isService, place) ORDER BY own.place
            ),
            lotReach, bonusRoom, NULL,
            least(div(total::numeric * (settings ->> 'bonusShare')::bigint, 10000)::bigint, payAtMost)
        );
        payments := loy_planFlow(
            ARRAY(
                SELECT CASE WHEN own.isService THEN own.amount ELSE 0 END
                FROM unnest(lotAmounts, lotIsService) WITH ORDINALITY AS own (amount, isService, place) ORDER BY own.place
            ),
            lotReach, serviceRoom, NULL, NULL
        );
        FOR k IN 1..lots LOOP
            FOR i IN 1..n LOOP
                place := (k - 1) * n + i;
                payments[place] := payments[place] + paid[place];
                net[i] := net[i] - payments[place];
                value := value + payments[place] * lotWorths[k];
            END LOOP;
        END LOOP;
    END IF;

    -- Phase 4: of what is really paid.
    earnings := loy_planEarning(
        gross, net, earnKinds, earnWorths, earnSteps, earnCaps, earnTotals, earnIsNet, earnClasses, earnGroups, earnIsSolo,
        earnIsJoint, earnReach
    );
    IF earnValue > 0 THEN
        value := value + earnValue * coalesce((SELECT sum(one.amount) FROM unnest(earnings) AS one (amount)), 0)::bigint;
    END IF;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_settle IS
'Money in hundredths of the currency; taken is what phase 1 took off each line. Lists that belong to checks (promotions of the
receipt), lots and earning rules run one after the other, those of lines inside them. value is the buyer''s, in ten-thousandths of
a hundredth: see loy_valueOf.';
