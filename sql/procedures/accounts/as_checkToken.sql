-- Whether a link's token is good, and keep it for this transaction; null when it is, a refusal when not.
--
--   SELECT * FROM as_checkToken(sha256('token'), 'password');
--
CREATE OR REPLACE FUNCTION as_checkToken(tokenHash bytea, purpose text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    token as_tokens;
BEGIN
    SELECT * INTO token
    FROM as_tokens
    WHERE
        as_tokens.tokenHash = as_checkToken.tokenHash
        AND as_tokens.purpose = as_checkToken.purpose
    FOR UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_link', 'This link is not complete. Open it from the message again.');
    END IF;
    IF token.usedAt IS NOT NULL THEN
        RETURN refuse('link_used', 'This link has been used already.');
    END IF;
    IF token.expiresAt <= clock_timestamp() THEN
        RETURN refuse('link_expired', 'This link is not good any more. Ask for a new one.');
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkToken IS
'Null when the token exists for this purpose, was not used and is not over; its row is locked, so that of two who use it at
the same moment the second one finds it used.
Refuses: no_such_link, link_used, link_expired.';
