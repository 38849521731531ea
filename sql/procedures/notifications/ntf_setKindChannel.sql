-- Say whether messages of a kind go on a channel, for everybody who has not decided otherwise.
--
--   SELECT * FROM ntf_setKindChannel('tariff_deadline', 'sms', true);
--
CREATE OR REPLACE FUNCTION ntf_setKindChannel(
    kind text,
    channel text,
    isOn boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('kind', kind, 'channel', channel, 'isOn', isOn);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    before ntf_kindChannels;
    about ntf_kinds;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_setKindChannel', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO about
    FROM ntf_kinds
    WHERE ntf_kinds.code = ntf_setKindChannel.kind;
    IF NOT FOUND THEN
        RETURN refuse('no_such_kind', format('There is no kind of message %s.', quote_nullable(kind)));
    END IF;
    PERFORM FROM ntf_channels WHERE ntf_channels.code = ntf_setKindChannel.channel;
    IF NOT FOUND THEN
        RETURN refuse('no_such_channel', format('There is no channel %s.', quote_nullable(channel)));
    END IF;
    IF isOn IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it is switched on.', '{"field": "isOn"}');
    END IF;
    SELECT * INTO before
    FROM ntf_kindChannels
    WHERE ntf_kindChannels.kind = ntf_setKindChannel.kind AND ntf_kindChannels.channel = ntf_setKindChannel.channel
    FOR NO KEY UPDATE;
    IF before.isFixed THEN
        RETURN refuse('kind_is_fixed', format('%s always goes by %s.', kind, channel));
    END IF;
    IF isOn AND about.isMarketing THEN
        RETURN refuse('consent_is_asked', 'Advertising goes only to who has said so himself.');
    END IF;

    INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)
    VALUES (kind, channel, isOn, false, moment)
    ON CONFLICT ON CONSTRAINT ntf_kindChannels_pkey DO UPDATE
    SET isOn = excluded.isOn;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_setKindChannel', asked, request, actor,
        done(
            CASE WHEN isOn THEN 'kind_on' ELSE 'kind_off' END,
            format(CASE WHEN isOn THEN '%s goes by %s.' ELSE '%s does not go by %s.' END, kind, channel),
            jsonb_build_object('kind', kind, 'channel', channel, 'before', before.isOn)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_setKindChannel IS
'The default of a kind on a channel; people decide for themselves beside it. A kind that did not go on the channel goes there
from now on. Answers kind_on, kind_off.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, no_such_kind, no_such_channel,
invalid_value, kind_is_fixed, consent_is_asked (marketing).';

GRANT EXECUTE ON FUNCTION ntf_setKindChannel TO portal_web, portal_dba;
