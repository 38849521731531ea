-- Whether PostgreSQL knows a time zone by this name.
--
--   SELECT as_isTimeZone('Europe/Bratislava');
--
CREATE OR REPLACE FUNCTION as_isTimeZone(name text)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT as_isTimeZone.name ~ '^[A-Z][A-Za-z0-9_+/-]*$'
        AND EXISTS (SELECT FROM pg_timezone_names AS zones WHERE zones.name = as_isTimeZone.name)
$$;

COMMENT ON FUNCTION as_isTimeZone IS
'Whether it is the full name of a time zone, such as Europe/Bratislava or UTC; abbreviations and offsets are not.';
