-- How much of each line bonuses may pay.
--
--   SELECT loy_getPayable('{10000}', '{0}', '{10000}', '{f}', '{"lineShare": 3000, "totalShare": 5000}');
--
CREATE OR REPLACE FUNCTION loy_getPayable(
    gross bigint[], discount bigint[], room bigint[], isService boolean[], settings jsonb
)
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    lineShare bigint := (settings ->> 'lineShare')::bigint;
    totalShare bigint := (settings ->> 'totalShare')::bigint;
    payable bigint[] := room;
BEGIN
    FOR i IN 1..cardinality(gross) LOOP
        payable[i] := CASE
            WHEN isService[i] THEN 0
            ELSE greatest(
                least(
                    room[i],
                    div((gross[i] - discount[i])::numeric * lineShare, 10000)::bigint,
                    CASE WHEN discount[i] > 0 THEN div(gross[i]::numeric * totalShare, 10000)::bigint - discount[i] END
                ),
                0
            )
        END;
    END LOOP;
    RETURN payable;
END;
$$;

COMMENT ON FUNCTION loy_getPayable IS
'The least of: what is left above the floor, lineShare of what is left to pay, and, where there is a discount, what is left of
totalShare of the price. Nothing of a service.';
