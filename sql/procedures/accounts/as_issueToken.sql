-- Make the secret of a link at the moment its message is sent; null when there is nothing left to send it for.
--
--   SELECT as_issueToken('password', 'alice');
--
CREATE OR REPLACE FUNCTION as_issueToken(
    purpose text,
    username text DEFAULT NULL,
    registrationID text DEFAULT NULL
)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    -- 244 random bits from the server's cryptographic source.
    token text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    owner text := nullif(as_issueToken.username, '');
    registration as_registrations;
    ends timestamptz;
BEGIN
    IF purpose IN ('password', 'invitation') THEN
        IF NOT EXISTS (SELECT FROM as_users WHERE as_users.username = owner AND NOT as_users.isLocked) THEN
            RETURN NULL;
        END IF;
        -- Whoever did not ask for an account may look into the mailbox next week.
        ends := moment + CASE purpose WHEN 'invitation' THEN interval '14 days' ELSE interval '60 minutes' END;
    ELSE
        SELECT * INTO registration
        FROM as_registrations
        WHERE
            as_registrations.id = registrationID
            AND as_registrations.finishedAt IS NULL
            AND as_registrations.expiresAt > moment;

        IF NOT FOUND OR registration.username IS DISTINCT FROM owner OR (owner IS NULL) <> (purpose = 'registration') THEN
            RETURN NULL;
        END IF;
        ends := registration.expiresAt;
    END IF;

    INSERT INTO as_tokens (tokenHash, purpose, username, registrationID, createdAt, expiresAt)
    VALUES (
        sha256(convert_to(token, 'UTF8')), CASE purpose WHEN 'invitation' THEN 'password' ELSE purpose END, owner,
        registration.id, moment, ends
    );

    RETURN token;
END;
$$;

COMMENT ON FUNCTION as_issueToken IS
'For the worker that renders a message: purpose registration (registrationID), password or invitation (username) or email
(both). Only the token''s SHA-256 is kept. A link is good once: for a password 60 minutes, for the first one by invitation 14
days, else as long as the registration. Null when the registration is finished or over, or the person locked: then the message
need not be sent.';

GRANT EXECUTE ON FUNCTION as_issueToken TO portal_worker, portal_dba;
