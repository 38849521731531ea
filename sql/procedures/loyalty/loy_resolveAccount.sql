-- The account that a person's account is a part of now: itself unless it was merged.
--
--   SELECT loy_resolveAccount('alice');
--
CREATE OR REPLACE FUNCTION loy_resolveAccount(username text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    found text := username;
    next text;
BEGIN
    LOOP
        SELECT loy_accounts.mergedInto INTO next FROM loy_accounts WHERE loy_accounts.username = found;
        EXIT WHEN next IS NULL;
        found := next;
    END LOOP;

    RETURN found;
END;
$$;

COMMENT ON FUNCTION loy_resolveAccount IS 'Follows mergedInto to its end; one that is part of another is never merged again, so there is one.';
