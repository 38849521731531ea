-- Whether the link that was sent to a person is good, and the person not locked; null when so, a refusal when not.
--
--   SELECT * FROM as_checkPersonalLink(sha256('token'), 'password');
--
CREATE OR REPLACE FUNCTION as_checkPersonalLink(tokenHash bytea, purpose text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    refusal outcome;
BEGIN
    SELECT as_users.* INTO member
    FROM as_users
    INNER JOIN as_tokens ON as_tokens.username = as_users.username
    WHERE
        as_tokens.tokenHash = as_checkPersonalLink.tokenHash
        AND as_tokens.purpose = as_checkPersonalLink.purpose
    FOR NO KEY UPDATE OF as_users;

    refusal := as_checkToken(tokenHash, purpose);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF member.isLocked THEN
        RETURN refuse('account_locked', 'This account is locked. Please contact us.');
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkPersonalLink IS
'Null when as_checkToken finds the token good and its person is not locked; the rows of both are locked for this transaction.
Refuses: no_such_link, link_used, link_expired, account_locked.';
