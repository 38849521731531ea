-- Decide a field that both sides have changed.
--
--   SELECT * FROM ctr_decideConflict('alice', 7, 'portal');
--
CREATE OR REPLACE FUNCTION ctr_decideConflict(
    username text,
    conflictID bigint,
    decision text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('conflictID', conflictID, 'decision', decision);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    member as_users;
    conflict ctr_conflicts;
    agreed text;
    why text;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = ctr_decideConflict.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ctr_decideConflict', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF decision IS NULL OR decision NOT IN ('portal', 'pohoda') THEN
        RETURN refuse('invalid_value', 'Take the value of portal or of pohoda.', jsonb_build_object('field', 'decision'));
    END IF;
    PERFORM FROM ctr_contacts WHERE ctr_contacts.username = member.username FOR NO KEY UPDATE;
    SELECT * INTO conflict
    FROM ctr_conflicts
    WHERE ctr_conflicts.username = member.username AND ctr_conflicts.id = conflictID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_conflict', format('There is no conflict %s of %s.', conflictID, username));
    END IF;
    IF conflict.decision IS NOT NULL THEN
        RETURN refuse('already_decided', 'It is decided already.', jsonb_build_object('decision', conflict.decision));
    END IF;

    IF decision = 'pohoda' THEN
        why := ctr_takeField(member.username, conflict.field, conflict.theirs);
        IF why IS NOT NULL THEN
            RETURN refuse(
                'cannot_take', format('The value from Pohoda cannot be taken: %s.', why), jsonb_build_object('reason', why)
            );
        END IF;
        SELECT ctr_ourContacts.content ->> conflict.field INTO agreed
        FROM ctr_ourContacts
        WHERE ctr_ourContacts.username = member.username;
    ELSE
        -- As if theirs had been agreed and ours were newer: it is sent.
        agreed := conflict.theirs;
    END IF;

    UPDATE ctr_conflicts
    SET decision = ctr_decideConflict.decision, actor = coalesce(ctr_decideConflict.actor, session_user), decidedAt = moment
    WHERE ctr_conflicts.username = member.username AND ctr_conflicts.id = conflict.id;
    UPDATE ctr_contacts
    SET
        base = ctr_contacts.base || jsonb_build_object(conflict.field, agreed),
        theirs = ctr_contacts.theirs || jsonb_build_object(conflict.field, conflict.theirs)
    WHERE ctr_contacts.username = member.username;
    PERFORM ctr_queueContact(member.username);

    RETURN as_record(
        username, 'ctr_decideConflict', asked, request, actor,
        done(
            'conflict_decided',
            format('%s: %s', conflict.field, CASE decision WHEN 'portal' THEN 'ours is sent.' ELSE 'theirs is taken.' END),
            jsonb_build_object(
                'field', conflict.field, 'decision', decision, 'ours', conflict.ours, 'theirs', conflict.theirs
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_decideConflict IS
'portal: our value is sent. pohoda: theirs is taken; a new e-mail address is confirmed by its owner first.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_conflict, already_decided, cannot_take (details.reason: invalid_phone, phone_taken, last_key, invalid_email, email_taken,
invalid_name, too_long, bad_character, bad_country).';

GRANT EXECUTE ON FUNCTION ctr_decideConflict TO portal_web, portal_dba;
