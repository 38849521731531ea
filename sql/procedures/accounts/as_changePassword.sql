-- Change a password; all sessions end, and this browser gets a new one.
--
--   SELECT * FROM as_changePassword('alice', '$argon2id$v=19$m=…');
--
CREATE OR REPLACE FUNCTION as_changePassword(
    username text,
    passwordHash text,
    matchedHash text DEFAULT NULL,
    tokenHash bytea DEFAULT NULL,
    address text DEFAULT '',
    userAgent text DEFAULT '',
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    present text;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = as_changePassword.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor <> username THEN
        RETURN refuse(
            'not_allowed', 'Only the person changes the password; others send a link.', jsonb_build_object('needs', 'self')
        );
    END IF;

    SELECT as_passwords.hash INTO present
    FROM as_passwords
    WHERE as_passwords.username = as_changePassword.username;
    IF actor IS NOT NULL AND present IS DISTINCT FROM matchedHash THEN
        RETURN refuse(
            'wrong_password', 'That is not your present password.', jsonb_build_object('field', 'presentPassword')
        );
    END IF;
    refusal := as_checkPasswordHash(passwordHash);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    PERFORM as_setPassword(username, passwordHash);
    IF tokenHash IS NOT NULL THEN
        PERFORM as_startSession(username, member.role, tokenHash, address, userAgent);
    END IF;

    RETURN as_record(
        username, 'as_changePassword', '{}', gen_random_uuid()::text, actor,
        done('password_changed', 'The password is changed. All other browsers are signed out.')
    );
END;
$$;

COMMENT ON FUNCTION as_changePassword IS
'matchedHash is the present hash, which the typed present password matched; a DBA needs none. tokenHash starts a new session
for the browser that asked, as all present ones end.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, wrong_password,
invalid_password_hash.';

GRANT EXECUTE ON FUNCTION as_changePassword TO portal_web, portal_dba;
