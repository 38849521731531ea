-- Register a person; the answer's details have the username.
--
--   SELECT * FROM as_register('Alice', email => 'alice@example.com', username => 'alice', locale => 'sk');
--
CREATE OR REPLACE FUNCTION as_register(
    name text,
    email text DEFAULT NULL,
    phone text DEFAULT NULL,
    login text DEFAULT NULL,
    passwordHash text DEFAULT NULL,
    username text DEFAULT NULL,
    locale text DEFAULT 'en',
    role text DEFAULT 'user',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_strip_nulls(
        jsonb_build_object(
            'name', name, 'email', nullif(btrim(email), ''), 'phone', nullif(btrim(phone), ''),
            'login', nullif(btrim(login), ''), 'username', nullif(btrim(username), ''), 'locale', locale, 'role', role
        )
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    refusal outcome;
    earlier outcome;
    answer outcome;
BEGIN
    -- There is no row of the new person to lock yet; the asker's makes a request that is sent twice wait for itself.
    PERFORM FROM as_users WHERE as_users.username = actor FOR NO KEY UPDATE;

    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(asker, 'as_register', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    answer := as_createPerson(
        name, asked ->> 'email', asked ->> 'phone', asked ->> 'login', nullif(passwordHash, ''), asked ->> 'username',
        locale, role, request, actor
    );
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    IF requestKey IS NOT NULL THEN
        -- A repeated request does not know the generated username yet: it is found by who asked.
        PERFORM as_record(asker, 'as_register', asked, request, actor, answer);
    END IF;
    RETURN as_record(answer.details ->> 'username', 'as_register', asked, request, actor, answer);
END;
$$;

COMMENT ON FUNCTION as_register IS
'Registers a person: keys to sign in with, an account, the default tariff and a welcome message. For administrators; people
register themselves by as_requestRegistration. details: username (generated unless given; it never changes).
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
invalid_name, no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken,
invalid_password_hash, invalid_username, username_taken, no_such_locale, no_such_role.';

GRANT EXECUTE ON FUNCTION as_register TO portal_web, portal_dba;
