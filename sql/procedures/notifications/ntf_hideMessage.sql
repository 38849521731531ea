-- Take a message out of a person's cabinet.
--
--   SELECT * FROM ntf_hideMessage('alice', 7);
--
CREATE OR REPLACE FUNCTION ntf_hideMessage(username text, id bigint, actor text DEFAULT NULL)
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
    IF actor <> username THEN
        RETURN refuse('not_allowed', 'Only the person removes messages.');
    END IF;

    UPDATE ntf_inbox
    SET hiddenAt = coalesce(ntf_inbox.hiddenAt, moment), readAt = coalesce(ntf_inbox.readAt, moment)
    WHERE ntf_inbox.username = ntf_hideMessage.username AND ntf_inbox.id = ntf_hideMessage.id;
    IF NOT FOUND THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', id, quote_literal(username)));
    END IF;

    RETURN done('message_hidden', format('Message %s is removed.', id), jsonb_build_object('id', id));
END;
$$;

COMMENT ON FUNCTION ntf_hideMessage IS
'The message is shown no more; its row goes with the others after inboxDays, so that it is not delivered anew. Not in the audit.
Done: message_hidden (hidden before too).
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed (an administrator in the cabinet too),
no_such_message.';

GRANT EXECUTE ON FUNCTION ntf_hideMessage TO portal_web, portal_dba;
