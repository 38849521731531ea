-- Keep a new password, end what the old one opened, and tell the person.
--
--   SELECT as_setPassword('alice', '$argon2id$v=19$m=…');
--
CREATE OR REPLACE FUNCTION as_setPassword(username text, passwordHash text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO as_passwords (username, hash, changedAt)
    VALUES (username, passwordHash, moment)
    ON CONFLICT ON CONSTRAINT as_passwords_pkey DO UPDATE
    SET hash = excluded.hash, changedAt = excluded.changedAt;

    PERFORM as_endSessions(username);

    UPDATE as_tokens
    SET usedAt = moment
    WHERE
        as_tokens.username = as_setPassword.username
        AND as_tokens.purpose = 'password'
        AND as_tokens.usedAt IS NULL;

    DELETE FROM as_attempts
    WHERE
        as_attempts.key = 'password:' || username
        OR as_attempts.key IN (
            SELECT 'signin:' || as_userKeys.key FROM as_userKeys WHERE as_userKeys.username = as_setPassword.username
        );

    PERFORM job_queueMessage(username, 'password_changed', 'password_changed:' || gen_random_uuid()::text);
END;
$$;

COMMENT ON FUNCTION as_setPassword IS
'Stores the hash, ends every session and every reset link of the person, clears the counters of failed sign-ins and queues
the message password_changed. The caller holds the person''s row lock and has judged.';
