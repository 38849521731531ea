-- The hash of the password with which Pohoda fetches contacts itself; null where it may not.
--
--   SELECT ctr_getPullPassword('pohoda');
--
CREATE OR REPLACE FUNCTION ctr_getPullPassword(userName text)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT nullif(ctr_link.pullPasswordHash, '')
        FROM ctr_link
        WHERE ctr_link.pullUser <> '' AND ctr_link.pullUser = ctr_getPullPassword.userName
    );
END;
$$;

COMMENT ON FUNCTION ctr_getPullPassword IS 'Argon2id; null where nobody of that name may fetch contacts.';

GRANT EXECUTE ON FUNCTION ctr_getPullPassword TO portal_web, portal_dba;
