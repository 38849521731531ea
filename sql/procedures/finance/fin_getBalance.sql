-- How much money a person has; null when there is no such person.
--
--   SELECT fin_getBalance('alice');
--
CREATE OR REPLACE FUNCTION fin_getBalance(username text)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT fin_accounts.balance::numeric
        FROM fin_accounts
        WHERE fin_accounts.username = fin_getBalance.username
    );
END;
$$;

COMMENT ON FUNCTION fin_getBalance IS
'The balance, held money included; null when there is no such person. fin_getAvailable says what can be spent.';

GRANT EXECUTE ON FUNCTION fin_getBalance TO portal_web, portal_worker, portal_dba;
