-- Set a new password by the link that was sent; all sessions end.
--
--   SELECT * FROM as_resetPassword(sha256('token'), '$argon2id$v=19$m=…');
--
CREATE OR REPLACE FUNCTION as_resetPassword(tokenHash bytea, passwordHash text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    refusal outcome;
BEGIN
    refusal := as_checkPersonalLink(tokenHash, 'password');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT as_users.* INTO STRICT member
    FROM as_users
    INNER JOIN as_tokens ON as_tokens.username = as_users.username
    WHERE as_tokens.tokenHash = as_resetPassword.tokenHash;
    refusal := as_checkPasswordHash(passwordHash);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM as_setPassword(member.username, passwordHash);

    RETURN as_record(
        member.username, 'as_resetPassword', '{}', gen_random_uuid()::text, member.username,
        done('password_changed', 'Your password is changed. Sign in with it.')
    );
END;
$$;

COMMENT ON FUNCTION as_resetPassword IS
'Sets the password of the person to whom the link was sent, ends all sessions and uses up all reset links of the person.
Refuses: no_such_link, link_used, link_expired, account_locked, invalid_password_hash.';

GRANT EXECUTE ON FUNCTION as_resetPassword TO portal_web, portal_dba;
