-- A discount and the bonus payment beside it, valued as if every bonus could go to every line.
--
--   SELECT loy_getBoundOfPaying(10000, 50000, 3000, 15000, NULL, '{20000}', '{5000}');
--
CREATE OR REPLACE FUNCTION loy_getBoundOfPaying(
    discount bigint,
    total bigint,
    bonusShare bigint,
    payableMost bigint,
    payAtMost bigint,
    amounts bigint[],
    worths bigint[]
)
RETURNS bigint
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    remaining bigint := least(payableMost, div((total - discount)::numeric * bonusShare, 10000)::bigint, payAtMost);
    value bigint := discount * 10000;
BEGIN
    FOR k IN 1..cardinality(amounts) LOOP
        EXIT WHEN remaining <= 0;
        value := value + least(remaining, amounts[k]) * worths[k];
        remaining := remaining - amounts[k];
    END LOOP;
    RETURN value;
END;
$$;

COMMENT ON FUNCTION loy_getBoundOfPaying IS
'amounts from what is worth most to what is worth least. No way of paying within the share of the receipt gives more.';
