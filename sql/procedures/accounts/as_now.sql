-- What time it is for business rules: the transaction's start, moved by the installation's shift.
--
--   SELECT as_now();
--
CREATE OR REPLACE FUNCTION as_now()
RETURNS timestamptz
LANGUAGE sql
STABLE
AS $$
    SELECT now() + as_clock.shift FROM as_clock
$$;

COMMENT ON FUNCTION as_now IS
'The business clock: the transaction''s start plus the shift of as_clock, which is zero outside demo installations.
Sessions, tokens, leases and rate limits use clock_timestamp() instead.';
