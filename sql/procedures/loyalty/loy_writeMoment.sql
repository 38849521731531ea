-- A moment as text, the same whoever asks; null for infinity.
--
--   SELECT loy_writeMoment(as_now());
--
CREATE OR REPLACE FUNCTION loy_writeMoment(moment timestamptz)
RETURNS text
LANGUAGE sql
STABLE
AS $$
    SELECT CASE WHEN isfinite(moment) THEN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') END
$$;

COMMENT ON FUNCTION loy_writeMoment IS
'2026-03-01T10:00:00.000000Z: UTC with microseconds, so that what is kept does not depend on the session''s time zone.';
