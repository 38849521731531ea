-- Whether a worker is the one that talks with Pohoda.
--
--   SELECT ctr_holdsLink('host:4711');
--
CREATE OR REPLACE FUNCTION ctr_holdsLink(worker text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    PERFORM
    FROM ctr_linkState
    WHERE ctr_linkState.worker = ctr_holdsLink.worker AND ctr_linkState.leaseUntil > clock_timestamp()
    FOR NO KEY UPDATE;
    RETURN FOUND;
END;
$$;

COMMENT ON FUNCTION ctr_holdsLink IS 'Locks the state of the link, so that nobody takes it before the caller is through.';
