-- Keep the right to talk with Pohoda for another request.
--
--   SELECT * FROM ctr_renewLink('host:4711');
--
CREATE OR REPLACE FUNCTION ctr_renewLink(worker text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    patience interval := (SELECT make_interval(secs => ctr_link.timeout + 60) FROM ctr_link);
BEGIN
    -- A worker that was stopped for long must not begin what another may have taken over by the time it is through.
    UPDATE ctr_linkState
    SET leaseUntil = moment + patience
    WHERE ctr_linkState.worker = ctr_renewLink.worker AND ctr_linkState.leaseUntil > moment;

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda any more.', worker));
    END IF;
    RETURN done('link_kept', format('%s goes on.', worker));
END;
$$;

COMMENT ON FUNCTION ctr_renewLink IS
'Called right before every request: whoever is refused must not make it.
Refuses: not_yours.';

GRANT EXECUTE ON FUNCTION ctr_renewLink TO portal_worker, portal_dba;
