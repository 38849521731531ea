-- Lock an account and the one it has become a part of, and say which that is.
--
--   SELECT loy_lockAccount('alice');
--
CREATE OR REPLACE FUNCTION loy_lockAccount(username text)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    owner text;
BEGIN
    -- Nearly always it is one row, and its own.
    PERFORM
    FROM loy_accounts
    WHERE loy_accounts.username = loy_lockAccount.username AND loy_accounts.mergedInto IS NULL
    FOR NO KEY UPDATE;
    IF FOUND THEN
        RETURN username;
    END IF;

    LOOP
        owner := loy_resolveAccount(username);
        -- Sorted, so that two of them never wait for each other.
        PERFORM
        FROM loy_accounts
        WHERE loy_accounts.username IN (loy_lockAccount.username, owner)
        ORDER BY loy_accounts.username
        FOR NO KEY UPDATE;
        EXIT WHEN loy_resolveAccount(username) IS NOT DISTINCT FROM owner;
    END LOOP;

    RETURN owner;
END;
$$;

COMMENT ON FUNCTION loy_lockAccount IS
'Whose the bonuses of an account are now: its own, or the one it was merged into. Both rows are locked, in the order of their
names.';
