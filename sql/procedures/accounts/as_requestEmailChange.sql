-- Send a link to the new e-mail address of a person, or tell its owner that the address has an account already.
--
--   SELECT as_requestEmailChange(as_users, 'new@example.com') FROM as_users WHERE username = 'alice';
--
CREATE OR REPLACE FUNCTION as_requestEmailChange(member as_users, email text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    registrationID text := replace(gen_random_uuid()::text, '-', '');
    moment timestamptz := clock_timestamp();
    owner text;
BEGIN
    INSERT INTO as_registrations (id, username, email, name, locale, createdAt, expiresAt)
    VALUES (registrationID, member.username, email, member.name, member.locale, moment, moment + interval '24 hours');

    SELECT as_userKeys.username INTO owner
    FROM as_userKeys
    WHERE as_userKeys.key = 'email:' || as_requestEmailChange.email;

    PERFORM job_queueMessage(
        coalesce(owner, member.username),
        CASE WHEN owner IS NULL THEN 'email_change' ELSE 'already_registered' END,
        'email_change:' || registrationID,
        jsonb_build_object('registrationID', registrationID, 'name', member.name, 'locale', member.locale),
        email
    );
END;
$$;

COMMENT ON FUNCTION as_requestEmailChange IS
'Keeps the new address for 24 hours and queues the message email_change to it, or already_registered where the address
belongs to somebody.';
