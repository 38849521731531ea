-- Lock two accounts, in the order of their names.
--
--   SELECT loy_lockPair('alice', 'anon-s001-07');
--
CREATE OR REPLACE FUNCTION loy_lockPair(one text, other text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    PERFORM
    FROM loy_accounts
    WHERE loy_accounts.username IN (one, other)
    ORDER BY loy_accounts.username
    FOR NO KEY UPDATE;
END;
$$;

COMMENT ON FUNCTION loy_lockPair IS 'So that two calls never wait for each other. One that is not there is left out.';
