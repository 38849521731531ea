-- Begin a registration: the address gets a link, and the answer does not show whether it has an account already.
--
--   SELECT * FROM as_requestRegistration('alice@example.com', 'Alice', '$argon2id$v=19$m=…', 'sk', address => '10.0.0.7');
--
CREATE OR REPLACE FUNCTION as_requestRegistration(
    email text,
    name text,
    passwordHash text,
    locale text DEFAULT 'en',
    tariffID bigint DEFAULT NULL,
    period integer DEFAULT NULL,
    address text DEFAULT '',
    wantsNews boolean DEFAULT false
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text := as_normaliseKey('email', email);
    registrationID text := replace(gen_random_uuid()::text, '-', '');
    moment timestamptz := clock_timestamp();
    seconds integer;
    owner text;
    refusal outcome;
BEGIN
    IF wanted IS NULL THEN
        RETURN refuse(
            'invalid_email', 'An e-mail address looks like name@example.com.', jsonb_build_object('field', 'email')
        );
    END IF;
    refusal := as_checkName(name);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := as_checkPasswordHash(passwordHash);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse(
            'no_such_locale', 'The languages are en, ru, sk, cs and hi.', jsonb_build_object('field', 'locale')
        );
    END IF;

    seconds := as_countAttempt('registration-address:' || as_addressBlock(address), 20, '1 hour');
    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;

    -- The same rows are written whether or not the address has an account, so that time does not tell either.
    INSERT INTO as_registrations (
        id, email, name, passwordHash, locale, tariffID, period, wantsNews, createdAt, expiresAt
    )
    VALUES (
        registrationID, wanted, btrim(name), passwordHash, locale, tariffID, period, coalesce(wantsNews, false), moment,
        moment + interval '24 hours'
    );

    SELECT as_userKeys.username INTO owner
    FROM as_userKeys
    WHERE as_userKeys.key = 'email:' || wanted;

    -- Nobody can fill another's mailbox from this form.
    IF as_countAttempt('registration:' || wanted, 3, '1 hour') = 0 THEN
        PERFORM job_queueMessage(
            coalesce(owner, ''),
            CASE WHEN owner IS NULL THEN 'registration' ELSE 'already_registered' END,
            'registration:' || registrationID,
            jsonb_build_object('registrationID', registrationID, 'name', btrim(name), 'locale', locale),
            wanted
        );
    END IF;

    RETURN done(
        'link_sent',
        'Open the link that was sent to the address.',
        jsonb_build_object('registrationID', registrationID)
    );
END;
$$;

COMMENT ON FUNCTION as_requestRegistration IS
'Keeps the registration for 24 hours and sends a link to the address; where the address has an account, its owner gets a
message that says so instead, and the answer is the same. tariffID and period are what was chosen on the price list; wantsNews that marketing by e-mail was agreed to.
At most 20 an hour from one internet address and 3 messages an hour to one e-mail address.
Refuses: invalid_email, invalid_name, invalid_password_hash, no_such_locale, too_many_attempts (seconds).';

GRANT EXECUTE ON FUNCTION as_requestRegistration TO portal_web, portal_dba;
