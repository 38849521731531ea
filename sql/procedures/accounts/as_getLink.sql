-- What a link that was sent by e-mail is about, as long as it is good.
--
--   SELECT * FROM as_getLink(sha256('token'));
--
CREATE OR REPLACE FUNCTION as_getLink(tokenHash bytea)
RETURNS TABLE (
    purpose text,
    username text,
    registrationID text,
    email text,
    name text,
    passwordHash text
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        as_tokens.purpose,
        as_tokens.username,
        as_tokens.registrationID,
        as_registrations.email,
        as_registrations.name,
        as_registrations.passwordHash
    FROM as_tokens
    LEFT JOIN as_registrations ON as_registrations.id = as_tokens.registrationID
    WHERE
        as_tokens.tokenHash = as_getLink.tokenHash
        AND as_tokens.usedAt IS NULL
        AND as_tokens.expiresAt > clock_timestamp()
        AND as_registrations.finishedAt IS NULL;
END;
$$;

COMMENT ON FUNCTION as_getLink IS
'One row while the link is good, none else; it does not use the link up. passwordHash is that of a registration which waits:
who opens the link in another browser than the one that registered shows with the password that both are one person.';

GRANT EXECUTE ON FUNCTION as_getLink TO portal_web, portal_dba;
