-- Take back what a link has ended, for whoever clicked it by mistake.
--
--   SELECT * FROM ntf_undoUnsubscribe(ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email'), 'unsubscribe:…');
--
CREATE OR REPLACE FUNCTION ntf_undoUnsubscribe(token text, request text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    link record;
    ended jsonb;
    again jsonb;
BEGIN
    SELECT * INTO link FROM ntf_readUnsubscribeToken(token);
    IF NOT FOUND THEN
        RETURN refuse('no_such_link', 'This link is not one of ours.');
    END IF;

    PERFORM FROM as_users WHERE as_users.username = link.username FOR NO KEY UPDATE;

    SELECT as_audit.details -> 'ended' INTO ended
    FROM as_audit
    WHERE
        as_audit.username = link.username
        AND as_audit.requestKey = ntf_undoUnsubscribe.request
        AND as_audit.procedure = 'ntf_unsubscribe'
        AND as_audit.createdAt > clock_timestamp() - interval '1 day';
    SELECT jsonb_agg(ntf_consents.kind || ':' || ntf_consents.channel ORDER BY ntf_consents.kind, ntf_consents.channel)
    INTO again
    FROM ntf_consents
    WHERE
        ntf_consents.username = link.username
        AND NOT ntf_consents.isOn
        AND ntf_consents.source = 'link'
        AND ended ? (ntf_consents.kind || ':' || ntf_consents.channel);
    IF again IS NULL THEN
        RETURN refuse('nothing_to_undo', 'There is nothing to take back any more.');
    END IF;

    PERFORM ntf_writeConsent(link.username, split_part(one, ':', 1), split_part(one, ':', 2), true, 'link')
    FROM jsonb_array_elements_text(again) AS one;

    RETURN as_record(
        link.username, 'ntf_undoUnsubscribe', jsonb_build_object('request', request), gen_random_uuid()::text, NULL,
        done(
            'subscribed_again', 'Such messages come again.',
            jsonb_build_object('kind', link.kind, 'channel', link.channel, 'again', again)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_undoUnsubscribe IS
'request: from the answer of ntf_unsubscribe, for a day. Only what that had ended and nobody has decided about since comes back.
details: again.
Done: subscribed_again.
Refuses: no_such_link, nothing_to_undo.';

GRANT EXECUTE ON FUNCTION ntf_undoUnsubscribe TO portal_web, portal_dba;
