-- Have people whom Pohoda has never had sent to it.
--
--   SELECT ctr_queueNewPeople('{alice,bob}');
--
CREATE OR REPLACE FUNCTION ctr_queueNewPeople(usernames text[])
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    queued bigint;
BEGIN
    IF (SELECT ctr_link.channel = 'off' FROM ctr_link) THEN
        RETURN 0::bigint;
    END IF;

    INSERT INTO ctr_contacts (username, base, theirs, changes, queuedAt, isForced, attempts, createdAt)
    SELECT as_users.username, '{}', '{}', '{}', moment, false, 0, moment
    FROM as_users
    -- Whoever works here is no customer.
    WHERE as_users.username = ANY (usernames) AND as_users.role = 'user'
    ORDER BY as_users.username;
    GET DIAGNOSTICS queued = ROW_COUNT;
    IF queued > 0 THEN
        PERFORM ctr_wakeSender();
    END IF;

    RETURN queued;
END;
$$;

COMMENT ON FUNCTION ctr_queueNewPeople IS
'How many of them are queued: the customers, and nobody while the link is off. Called by whatever makes people, in the transaction
that makes them.';
