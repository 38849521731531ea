-- How many bonuses a person loses first, and before which moment they are to be used.
--
--   SELECT * FROM loy_getNextEnd('alice');
--
CREATE OR REPLACE FUNCTION loy_getNextEnd(username text)
RETURNS TABLE (until timestamptz, amount numeric)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    zone text := (SELECT as_clock.timeZone FROM as_clock);
BEGIN
    RETURN QUERY
    SELECT min(ends.until), sum(ends.amount - ends.pending)
    FROM loy_getForecast(loy_getNextEnd.username) AS ends
    WHERE ends.unit = 'bonus' AND ends.until IS NOT NULL AND ends.amount > ends.pending
    GROUP BY (ends.until AT TIME ZONE zone)::date
    ORDER BY 1
    LIMIT 1;
END;
$$;

COMMENT ON FUNCTION loy_getNextEnd IS
'All that works now and ends on the first day on which anything does, by the installation''s calendar: people plan by days. until:
the first of these moments. No row where nothing ends.';

GRANT EXECUTE ON FUNCTION loy_getNextEnd TO portal_web, portal_till, portal_marketing, portal_dba, portal_report;
