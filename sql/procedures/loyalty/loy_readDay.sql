-- A day written as 2026-11-22; null when there is no such day.
--
--   SELECT loy_readDay('2026-02-30');
--
CREATE OR REPLACE FUNCTION loy_readDay(value text)
RETURNS date
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    parts text[] := regexp_match(value, '^(20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$');
BEGIN
    RETURN make_date(parts[1]::integer, parts[2]::integer, parts[3]::integer);
EXCEPTION
    WHEN datetime_field_overflow THEN
        RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_readDay IS 'Of this century, year first; anything else is null.';
