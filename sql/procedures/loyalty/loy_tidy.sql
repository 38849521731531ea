-- Forget the nonces of calls that were signed too long ago to be taken again.
--
--   SELECT * FROM loy_tidy();
--
CREATE OR REPLACE FUNCTION loy_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- Twice as long as a signature is good, on either side of now.
    old timestamptz := clock_timestamp() - interval '20 minutes';
    gone bigint;
BEGIN
    DELETE FROM loy_nonces WHERE loy_nonces.at < old;
    GET DIAGNOSTICS gone = ROW_COUNT;

    RETURN done('tidied', format('%s nonces are forgotten.', gone), jsonb_build_object('nonces', gone));
END;
$$;

COMMENT ON FUNCTION loy_tidy IS 'For booking, every minute. details: nonces.';

GRANT EXECUTE ON FUNCTION loy_tidy TO portal_booking, portal_dba;
