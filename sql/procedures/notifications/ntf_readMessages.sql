-- Mark all messages of a person's cabinet as read, up to the newest that was seen.
--
--   SELECT * FROM ntf_readMessages('alice', now());
--
CREATE OR REPLACE FUNCTION ntf_readMessages(
    username text,
    upTo timestamptz DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    messages bigint;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor <> username THEN
        RETURN refuse('not_allowed', 'Only the person can say that messages were read.');
    END IF;

    UPDATE ntf_inbox
    SET readAt = moment
    WHERE
        ntf_inbox.username = ntf_readMessages.username
        AND ntf_inbox.readAt IS NULL
        AND ntf_inbox.createdAt <= coalesce(upTo, moment);
    GET DIAGNOSTICS messages = ROW_COUNT;

    RETURN done(
        'messages_read', format('%s messages are read.', messages), jsonb_build_object('messages', messages)
    );
END;
$$;

COMMENT ON FUNCTION ntf_readMessages IS
'upTo: what came later stays unread, as nobody can have seen it; all where left out. Not in the audit. details: messages.
Done: messages_read.
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed (an administrator in the cabinet too).';

GRANT EXECUTE ON FUNCTION ntf_readMessages TO portal_web, portal_dba;
