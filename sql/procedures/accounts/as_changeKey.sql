-- Change a person's login or phone; a new e-mail address gets a link first, which confirms it.
--
--   SELECT * FROM as_changeKey('alice', 'phone', '0903 123 456');
--
CREATE OR REPLACE FUNCTION as_changeKey(
    username text,
    kind text,
    value text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('kind', kind, 'value', nullif(btrim(value), ''));
    request text := coalesce(requestKey, gen_random_uuid()::text);
    wanted text;
    present text;
    seconds integer;
    member as_users;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = as_changeKey.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'as_changeKey', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    present := CASE kind WHEN 'email' THEN member.email WHEN 'phone' THEN member.phone WHEN 'login' THEN member.login END;
    IF kind IS NULL OR kind NOT IN ('email', 'phone', 'login') THEN
        RETURN refuse('no_such_kind', 'People sign in by login, email or phone.', jsonb_build_object('field', 'kind'));
    END IF;

    IF asked ->> 'value' IS NOT NULL THEN
        wanted := as_normaliseKey(kind, value);
        -- Whether an e-mail address is taken is told to its mailbox only.
        IF wanted IS NULL OR (kind <> 'email' AND wanted IS DISTINCT FROM present) THEN
            refusal := as_checkKey(kind, value);
            IF refusal.result = 0 THEN
                RETURN refusal;
            END IF;
        END IF;
    ELSIF present IS NOT NULL AND num_nonnulls(member.login, member.email, member.phone) = 1 THEN
        RETURN refuse(
            'last_key', 'Without it this person could not sign in any more.', jsonb_build_object('field', kind)
        );
    END IF;
    IF wanted IS NOT DISTINCT FROM present THEN
        RETURN done('key_unchanged', 'It is so already.');
    END IF;

    IF kind = 'email' AND wanted IS NOT NULL THEN
        seconds := as_countAttempt('email-change:' || username, 5, '1 hour');
        IF seconds > 0 THEN
            RETURN as_refuseAttempts(seconds);
        END IF;

        PERFORM as_requestEmailChange(member, wanted);

        RETURN as_record(
            username, 'as_changeKey', asked, request, actor,
            done('link_sent', 'Open the link that was sent to the new address.', jsonb_build_object('email', wanted))
        );
    END IF;

    IF wanted IS NOT NULL THEN
        INSERT INTO as_userKeys (key, username, createdAt)
        VALUES (kind || ':' || wanted, member.username, as_now())
        ON CONFLICT ON CONSTRAINT as_userkeys_pkey DO NOTHING;
        IF NOT FOUND THEN
            -- Somebody else took it at this moment.
            RETURN as_checkKey(kind, value);
        END IF;
        PERFORM cpn_adoptDiscounts(member.username);
    END IF;
    DELETE FROM as_userKeys
    WHERE as_userKeys.key = kind || ':' || present AND as_userKeys.username = member.username;
    UPDATE as_users
    SET
        login = CASE kind WHEN 'login' THEN wanted ELSE as_users.login END,
        phone = CASE kind WHEN 'phone' THEN wanted ELSE as_users.phone END,
        email = CASE kind WHEN 'email' THEN wanted ELSE as_users.email END
    WHERE as_users.username = as_changeKey.username;
    PERFORM ctr_queueContact(member.username);

    IF member.email IS NOT NULL THEN
        PERFORM job_queueMessage(
            username, 'key_changed', 'key_changed:' || gen_random_uuid()::text, jsonb_build_object('kind', kind),
            member.email
        );
    END IF;

    RETURN as_record(
        username, 'as_changeKey', asked, request, actor,
        done('key_changed', 'Saved.', jsonb_build_object('kind', kind, 'before', present, 'after', wanted))
    );
END;
$$;

COMMENT ON FUNCTION as_changeKey IS
'kind: login, phone or email; an empty value removes it. A new e-mail address is changed by as_confirmEmail when the link that
is sent there was opened; whether the address has an account already is told to that address only. The present address gets
a notice of every change.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken, last_key,
too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION as_changeKey TO portal_web, portal_dba;
