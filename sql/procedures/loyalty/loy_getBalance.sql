-- How many bonuses a person has at a moment; service points with unit service.
--
--   SELECT loy_getBalance('alice');
--
CREATE OR REPLACE FUNCTION loy_getBalance(
    username text,
    at timestamptz DEFAULT NULL,
    unit text DEFAULT 'bonus'
)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := coalesce(at, as_now());
BEGIN
    RETURN (
        SELECT coalesce(sum(lot.remaining), 0)::numeric(14, 2)
        FROM loy_validLots(username, moment) AS lot
        WHERE lot.unit = loy_getBalance.unit
    );
END;
$$;

COMMENT ON FUNCTION loy_getBalance IS
'The sum of what is left of the lots that are valid at that moment (now where left out), what a till has set aside included; of
what is there now, so a moment in the past does not know what was spent since. 0 for somebody unknown.';

GRANT EXECUTE ON FUNCTION loy_getBalance TO portal_web, portal_till, portal_marketing, portal_dba, portal_report;
