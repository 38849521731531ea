-- Let go of what expired holds of an account have taken from budgets.
--
--   SELECT * FROM loy_releaseExpired('alice');
--
CREATE OR REPLACE FUNCTION loy_releaseExpired(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    held loy_holds;
    released integer := 0;
BEGIN
    PERFORM loy_lockAccount(username);
    FOR held IN
        SELECT *
        FROM loy_holds
        WHERE loy_holds.username = loy_releaseExpired.username AND loy_holds.expiresAt <= as_now()
        ORDER BY loy_holds.holdID
    LOOP
        PERFORM loy_releaseHold(held);
        released := released + 1;
    END LOOP;

    RETURN done('released', format('%s holds are gone.', released), jsonb_build_object('holds', released));
END;
$$;

COMMENT ON FUNCTION loy_releaseExpired IS
'For booking, for each account that loy_expiredHolds lists. The bonuses were free again without it. details: holds.';

GRANT EXECUTE ON FUNCTION loy_releaseExpired TO portal_booking, portal_dba;
