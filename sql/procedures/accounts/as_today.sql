-- What day it is for business rules, in the installation's time zone.
--
--   SELECT as_today();
--
CREATE OR REPLACE FUNCTION as_today()
RETURNS date
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (SELECT ((now() + as_clock.shift) AT TIME ZONE as_clock.timeZone)::date FROM as_clock);
END;
$$;

COMMENT ON FUNCTION as_today IS 'The business day: as_now() in the time zone of as_clock.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION as_today TO portal_web, portal_worker, portal_dba, portal_report;
