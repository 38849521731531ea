-- End messages by the link in one of them, without signing in.
--
--   SELECT * FROM ntf_unsubscribe(ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email'), 'channel');
--
CREATE OR REPLACE FUNCTION ntf_unsubscribe(token text, scope text DEFAULT 'kind')
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := 'unsubscribe:' || gen_random_uuid();
    link record;
    ended jsonb;
    isNew boolean;
BEGIN
    SELECT * INTO link FROM ntf_readUnsubscribeToken(token);
    IF NOT FOUND THEN
        RETURN refuse('no_such_link', 'This link is not one of ours.');
    END IF;
    IF scope IS NULL OR scope NOT IN ('kind', 'channel', 'all') THEN
        RETURN refuse(
            'invalid_value', 'It is about the kind, the channel or all.', jsonb_build_object('field', 'scope')
        );
    END IF;

    PERFORM FROM as_users WHERE as_users.username = link.username FOR NO KEY UPDATE;

    -- What was on, which an undo brings back.
    SELECT coalesce(jsonb_agg(choice.kind || ':' || choice.channel ORDER BY choice.kind, choice.channel), '[]') INTO ended
    FROM ntf_consentList AS choice
    WHERE
        choice.username = link.username
        AND choice.is_marketing
        AND choice.is_on
        AND (scope = 'all' OR choice.channel = link.channel)
        AND (scope <> 'kind' OR choice.kind = link.kind);
    -- What was off by default is off by word now, whatever becomes of the default.
    SELECT coalesce(bool_or(ntf_writeConsent(link.username, offered.kind, offered.channel, false, 'link')), false) INTO isNew
    FROM (
        SELECT choice.kind, choice.channel
        FROM ntf_consentList AS choice
        WHERE
            choice.username = link.username
            AND choice.is_marketing
            AND (scope = 'all' OR choice.channel = link.channel)
            AND (scope <> 'kind' OR choice.kind = link.kind)
        ORDER BY choice.kind, choice.channel
    ) AS offered;

    IF NOT isNew THEN
        RETURN done(
            'unsubscribed', 'No such messages come any more.',
            jsonb_build_object('kind', link.kind, 'channel', link.channel, 'scope', scope)
        );
    END IF;

    RETURN as_record(
        link.username, 'ntf_unsubscribe', jsonb_build_object('kind', link.kind, 'channel', link.channel, 'scope', scope),
        request, NULL,
        done(
            'unsubscribed', 'No such messages come any more.',
            jsonb_build_object(
                'kind', link.kind, 'channel', link.channel, 'scope', scope, 'ended', ended, 'request', request
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_unsubscribe IS
'The link alone is the right to it. scope: kind (that kind on that channel), channel (all marketing on it) or all. Repeats change
nothing. What waits to be sent is dropped when its turn comes. details: kind, channel, scope, and the first time what was ended
and the request by which ntf_undoUnsubscribe takes it back.
Done: unsubscribed.
Refuses: no_such_link, invalid_value.';

GRANT EXECUTE ON FUNCTION ntf_unsubscribe TO portal_web, portal_dba;
