-- The day on which so many months from an anchor are over; the last day of a shorter month.
--
--   SELECT trf_periodEnd('2024-01-31', 1);
--
CREATE OR REPLACE FUNCTION trf_periodEnd(anchor date, months integer)
RETURNS date
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT (anchor + make_interval(months => months))::date
$$;

COMMENT ON FUNCTION trf_periodEnd IS
'The first day after so many months from the anchor. Always counted from the anchor, never from an earlier end, so that
31 January is followed by 29 February and 31 March. Null months: without end, null.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION trf_periodEnd TO portal_web, portal_worker, portal_dba, portal_report;
