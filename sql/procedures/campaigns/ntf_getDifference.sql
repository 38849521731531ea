-- By how much one share is larger than another, with the interval in which the truth is with 95 per cent.
--
--   SELECT * FROM ntf_getDifference(56, 70, 48, 80);
--
CREATE OR REPLACE FUNCTION ntf_getDifference(hits bigint, people bigint, otherHits bigint, otherPeople bigint)
RETURNS TABLE (difference numeric, lower numeric, upper numeric)
LANGUAGE plpgsql
IMMUTABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    z CONSTANT numeric := 1.959963984540054;
    shares numeric[] := ARRAY[hits::numeric / nullif(people, 0), otherHits::numeric / nullif(otherPeople, 0)];
    counts numeric[] := ARRAY[people::numeric, otherPeople::numeric];
    lows numeric[];
    highs numeric[];
    middle numeric;
    spread numeric;
BEGIN
    IF people = 0 OR otherPeople = 0 THEN
        RETURN NEXT;
        RETURN;
    END IF;
    -- Wilson's score interval of each.
    FOR n IN 1..2 LOOP
        middle := 2 * counts[n] * shares[n] + z * z;
        spread := z * sqrt(z * z + 4 * counts[n] * shares[n] * (1 - shares[n]));
        lows[n] := (middle - spread) / (2 * (counts[n] + z * z));
        highs[n] := (middle + spread) / (2 * (counts[n] + z * z));
    END LOOP;

    difference := shares[1] - shares[2];
    lower := difference - sqrt((shares[1] - lows[1]) ^ 2 + (highs[2] - shares[2]) ^ 2);
    upper := difference + sqrt((highs[1] - shares[1]) ^ 2 + (shares[2] - lows[2]) ^ 2);
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION ntf_getDifference IS
'Newcombe''s hybrid score interval (1998, method 10): hits of people against otherHits of otherPeople, as shares of one. All null
where there is nobody on one side.';

GRANT EXECUTE ON FUNCTION ntf_getDifference TO portal_dba, portal_report;
