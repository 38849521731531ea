-- Change a person's e-mail address by the link that was sent to the new one.
--
--   SELECT * FROM as_confirmEmail(sha256('token'));
--
CREATE OR REPLACE FUNCTION as_confirmEmail(tokenHash bytea)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    member as_users;
    registration as_registrations;
    refusal outcome;
BEGIN
    refusal := as_checkPersonalLink(tokenHash, 'email');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT as_users.* INTO STRICT member
    FROM as_users
    INNER JOIN as_tokens ON as_tokens.username = as_users.username
    WHERE as_tokens.tokenHash = as_confirmEmail.tokenHash;

    SELECT as_registrations.* INTO STRICT registration
    FROM as_registrations
    INNER JOIN as_tokens ON as_tokens.registrationID = as_registrations.id
    WHERE as_tokens.tokenHash = as_confirmEmail.tokenHash
    FOR UPDATE OF as_registrations;
    IF registration.finishedAt IS NOT NULL THEN
        RETURN refuse('link_used', 'This link has been used already.');
    END IF;

    INSERT INTO as_userKeys (key, username, createdAt)
    VALUES ('email:' || registration.email, member.username, as_now())
    ON CONFLICT ON CONSTRAINT as_userkeys_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN refuse(
            'email_taken', 'This e-mail address belongs to another account.', jsonb_build_object('field', 'email')
        );
    END IF;

    PERFORM cpn_adoptDiscounts(member.username);
    DELETE FROM as_userKeys
    WHERE as_userKeys.key = 'email:' || member.email AND as_userKeys.username = member.username;
    UPDATE as_users SET email = registration.email WHERE as_users.username = member.username;
    PERFORM ctr_queueContact(member.username);
    UPDATE as_tokens SET usedAt = moment WHERE as_tokens.tokenHash = as_confirmEmail.tokenHash;
    UPDATE as_registrations SET finishedAt = moment WHERE as_registrations.id = registration.id;

    IF member.email IS NOT NULL THEN
        PERFORM job_queueMessage(
            member.username, 'key_changed', 'key_changed:' || registration.id, jsonb_build_object('kind', 'email'),
            member.email
        );
    END IF;

    RETURN as_record(
        member.username, 'as_confirmEmail', jsonb_build_object('registrationID', registration.id),
        'email:' || registration.id, member.username,
        done(
            'email_changed',
            format('Your e-mail address is now %s.', registration.email),
            jsonb_build_object('before', member.email, 'email', registration.email)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_confirmEmail IS
'The second half of as_changeKey for an e-mail address; the old address gets a notice.
Refuses: no_such_link, link_used, link_expired, account_locked, email_taken.';

GRANT EXECUTE ON FUNCTION as_confirmEmail TO portal_web, portal_dba;
