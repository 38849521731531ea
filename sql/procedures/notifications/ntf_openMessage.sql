-- A message of the cabinet, which is read from now on.
--
--   SELECT * FROM ntf_openMessage('alice', 7);
--
CREATE OR REPLACE FUNCTION ntf_openMessage(username text, id bigint, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM ntf_inbox
        WHERE
            ntf_inbox.username = ntf_openMessage.username
            AND ntf_inbox.id = ntf_openMessage.id
            AND ntf_inbox.hiddenAt IS NULL
    ) THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', id, quote_literal(username)));
    END IF;

    -- An administrator who looks over somebody's shoulder has not read it for him.
    UPDATE ntf_inbox
    SET readAt = moment
    WHERE
        ntf_inbox.username = ntf_openMessage.username
        AND ntf_inbox.id = ntf_openMessage.id
        AND ntf_inbox.username = actor
        AND ntf_inbox.readAt IS NULL;

    RETURN done('message_opened', format('Message %s of %s.', id, username), jsonb_build_object('id', id));
END;
$$;

COMMENT ON FUNCTION ntf_openMessage IS
'Marks a message as read when its person opens it; an administrator in the cabinet leaves it as it is. ntf_inboxList has the words.
Not in the audit.
Done: message_opened.
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed, no_such_message (hidden too).';

GRANT EXECUTE ON FUNCTION ntf_openMessage TO portal_web, portal_dba;
