-- The club account of a person, locked; made when there is none yet.
--
--   SELECT * FROM loy_openAccount('alice');
--
CREATE OR REPLACE FUNCTION loy_openAccount(username text)
RETURNS loy_accounts
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    account loy_accounts;
BEGIN
    SELECT * INTO account
    FROM loy_accounts
    WHERE loy_accounts.username = loy_openAccount.username
    FOR NO KEY UPDATE;
    IF FOUND THEN
        RETURN account;
    END IF;

    RETURN loy_makeAccount(username, true);
END;
$$;

COMMENT ON FUNCTION loy_openAccount IS
'The row of loy_accounts, locked, which everything that changes bonuses asks for first; registration makes it. The caller has
seen that the person is in as_users.';
