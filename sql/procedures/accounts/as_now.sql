-- What time it is for business rules: the transaction's start, moved by the installation's shift.
--
--   SELECT as_now();
--
CREATE OR REPLACE FUNCTION as_now()
RETURNS timestamptz
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (SELECT now() + as_clock.shift FROM as_clock);
END;
$$;

COMMENT ON FUNCTION as_now IS
'The business clock: the transaction''s start plus the shift of as_clock, which is zero outside demo installations.
Sessions, tokens, leases and rate limits use clock_timestamp() instead.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION as_now TO portal_web, portal_worker, portal_booking, portal_dba, portal_report;
