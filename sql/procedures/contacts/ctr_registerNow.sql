-- Register one contact of Pohoda's by hand, whatever the rule says.
--
--   SELECT * FROM ctr_registerNow(15);
--
CREATE OR REPLACE FUNCTION ctr_registerNow(
    pohodaID bigint,
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
    asked jsonb := jsonb_build_object('pohodaID', pohodaID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    earlier outcome;
    refusal outcome;
    answer outcome;
BEGIN
    -- There is no row of the new person to lock yet; the asker's makes a request that is sent twice wait for itself.
    PERFORM FROM as_users WHERE as_users.username = actor FOR NO KEY UPDATE;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(asker, 'ctr_registerNow', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    answer := ctr_makeAccount(pohodaID, 'contact:' || pohodaID, actor);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    PERFORM as_record(
        answer.details ->> 'username', 'ctr_registerNow', asked, 'contact:' || pohodaID, actor, answer
    );
    RETURN as_record(asker, 'ctr_registerNow', asked, request, actor, answer);
END;
$$;

COMMENT ON FUNCTION ctr_registerNow IS
'For administrators, for instance somebody who came to a branch and is in Pohoda. details: username, name.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_contact,
already_registered, was_erased, processing_restricted, several_emails, no_email, invalid_name, no_such_kind, invalid_email,
invalid_phone, invalid_login, email_taken, phone_taken, login_taken, invalid_password_hash, invalid_username, username_taken,
no_such_locale, no_such_role.';

GRANT EXECUTE ON FUNCTION ctr_registerNow TO portal_web, portal_dba;
