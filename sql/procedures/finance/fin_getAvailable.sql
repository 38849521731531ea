-- How much a person can spend: the balance without what is held; null when there is no such person.
--
--   SELECT fin_getAvailable('alice');
--
CREATE OR REPLACE FUNCTION fin_getAvailable(username text)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT fin_accounts.balance - fin_accounts.held
        FROM fin_accounts
        WHERE fin_accounts.username = fin_getAvailable.username
    );
END;
$$;

COMMENT ON FUNCTION fin_getAvailable IS
'The balance without what is held; null when there is no such person.';

GRANT EXECUTE ON FUNCTION fin_getAvailable TO portal_web, portal_worker, portal_dba;
