-- What day it is for business rules, in the installation's time zone.
--
--   SELECT as_today();
--
CREATE OR REPLACE FUNCTION as_today()
RETURNS date
LANGUAGE sql
STABLE
AS $$
    SELECT ((now() + as_clock.shift) AT TIME ZONE as_clock.timeZone)::date FROM as_clock
$$;

COMMENT ON FUNCTION as_today IS 'The business day: as_now() in the time zone of as_clock.';
