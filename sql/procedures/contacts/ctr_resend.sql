-- Send a person to Pohoda once more, all of it; one whose contact is gone there is added anew.
--
--   SELECT * FROM ctr_resend('alice');
--
CREATE OR REPLACE FUNCTION ctr_resend(
    username text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object();
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    member as_users;
    contact ctr_contacts;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = ctr_resend.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ctr_resend', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || member.username) THEN
        RETURN refuse('was_erased', 'This person was erased here.');
    END IF;
    INSERT INTO ctr_contacts (username, base, theirs, changes, isForced, attempts, createdAt)
    VALUES (member.username, '{}', '{}', '{}', false, 0, moment)
    ON CONFLICT ON CONSTRAINT ctr_contacts_pkey DO NOTHING;
    SELECT * INTO STRICT contact FROM ctr_contacts WHERE ctr_contacts.username = member.username FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM ctr_packItems WHERE ctr_packItems.username = member.username AND ctr_packItems.state = 'open'
    ) THEN
        RETURN refuse('on_its_way', 'It is on its way at this moment.');
    END IF;

    IF contact.goneAt IS NOT NULL THEN
        UPDATE ctr_seen SET username = NULL WHERE ctr_seen.username = member.username;
        UPDATE ctr_conflicts
        SET decision = 'agreed', decidedAt = moment
        WHERE ctr_conflicts.username = member.username AND ctr_conflicts.decision IS NULL;
        UPDATE ctr_contacts
        SET pohodaID = NULL, base = '{}', theirs = '{}', received = NULL, receivedSince = NULL, goneAt = NULL
        WHERE ctr_contacts.username = member.username;
    END IF;
    UPDATE ctr_contacts
    SET
        queuedAt = coalesce(ctr_contacts.queuedAt, moment),
        isForced = true,
        notBefore = NULL,
        attempts = 0,
        failure = NULL,
        failureMsg = NULL
    WHERE ctr_contacts.username = member.username;
    PERFORM ctr_wakeSender();

    RETURN as_record(
        username, 'ctr_resend', asked, request, actor,
        done('contact_queued', format('%s is sent to Pohoda as soon as it answers.', member.name), jsonb_build_object('name', member.name))
    );
END;
$$;

COMMENT ON FUNCTION ctr_resend IS
'An administrator''s decision: what was refused is tried again, what is gone there is added anew, and a person who was never there
is sent. Values in which both agree go as they stand there.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, was_erased,
on_its_way.';

GRANT EXECUTE ON FUNCTION ctr_resend TO portal_web, portal_dba;
