-- Finish a registration by the link that was sent: the person exists from here on, and the browser is signed in.
--
--   SELECT * FROM as_finishRegistration(sha256('token'));
--
CREATE OR REPLACE FUNCTION as_finishRegistration(
    tokenHash bytea,
    sessionHash bytea DEFAULT NULL,
    address text DEFAULT '',
    userAgent text DEFAULT ''
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    registration as_registrations;
    request text;
    refusal outcome;
    answer outcome;
BEGIN
    refusal := as_checkToken(tokenHash, 'registration');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT as_registrations.* INTO STRICT registration
    FROM as_registrations
    INNER JOIN as_tokens ON as_tokens.registrationID = as_registrations.id
    WHERE as_tokens.tokenHash = as_finishRegistration.tokenHash
    FOR UPDATE OF as_registrations;

    -- A message that was sent twice has two links for one registration.
    IF registration.finishedAt IS NOT NULL THEN
        RETURN refuse('link_used', 'This link has been used already.');
    END IF;

    request := 'registration:' || registration.id;
    answer := as_createPerson(
        registration.name, registration.email, NULL, NULL, registration.passwordHash, NULL, registration.locale, 'user',
        request, NULL
    );
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    IF registration.wantsNews THEN
        PERFORM ntf_writeConsent(answer.details ->> 'username', offered.kind, offered.channel, true, 'registration')
        FROM ntf_kindChannels AS offered
        INNER JOIN ntf_kinds ON ntf_kinds.code = offered.kind AND ntf_kinds.isMarketing
        WHERE offered.channel = 'email';
    END IF;

    UPDATE as_tokens SET usedAt = moment WHERE as_tokens.tokenHash = as_finishRegistration.tokenHash;
    -- The hash stands with the person now; a second copy would only be one more to lose.
    UPDATE as_registrations
    SET finishedAt = moment, passwordHash = NULL
    WHERE as_registrations.id = registration.id;

    IF sessionHash IS NOT NULL THEN
        PERFORM as_startSession(answer.details ->> 'username', 'user', sessionHash, address, userAgent);
    END IF;

    RETURN as_record(
        answer.details ->> 'username',
        'as_finishRegistration',
        jsonb_build_object('registrationID', registration.id, 'wantsNews', registration.wantsNews),
        request,
        answer.details ->> 'username',
        done(
            'registered',
            format('Welcome, %s.', registration.name),
            answer.details || jsonb_build_object('tariffID', registration.tariffID, 'period', registration.period)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_finishRegistration IS
'Creates the person of a confirmed registration, with the consent to marketing by e-mail if the form had it, and signs the browser in whose session''s token hash is given. details:
username, tariffID and period as they were chosen on the price list.
Refuses: no_such_link, link_used, link_expired, email_taken (somebody confirmed the same address first), invalid_name,
no_such_kind, invalid_email, invalid_phone, invalid_login, phone_taken, login_taken, invalid_password_hash, invalid_username,
username_taken, no_such_locale, no_such_role.';

GRANT EXECUTE ON FUNCTION as_finishRegistration TO portal_web, portal_dba;
