-- Switch a channel on or off for everybody.
--
--   SELECT * FROM ntf_setChannelEnabled('webhook', true);
--
CREATE OR REPLACE FUNCTION ntf_setChannelEnabled(
    code text,
    isEnabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code, 'isEnabled', isEnabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    channel ntf_channels;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_setChannelEnabled', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO channel
    FROM ntf_channels
    WHERE ntf_channels.code = ntf_setChannelEnabled.code
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_channel', format('There is no channel %s.', quote_nullable(code)));
    END IF;
    IF isEnabled IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it is switched on.', '{"field": "isEnabled"}');
    END IF;
    IF NOT isEnabled AND EXISTS (
        SELECT FROM ntf_kindChannels WHERE ntf_kindChannels.channel = code AND ntf_kindChannels.isFixed
    ) THEN
        RETURN refuse('channel_is_needed', format('What nobody can switch off goes by %s.', code));
    END IF;

    UPDATE ntf_channels
    SET isEnabled = ntf_setChannelEnabled.isEnabled
    WHERE ntf_channels.code = channel.code;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_setChannelEnabled', asked, request, actor,
        done(
            CASE WHEN isEnabled THEN 'channel_on' ELSE 'channel_off' END,
            format(CASE WHEN isEnabled THEN '%s is switched on.' ELSE '%s is switched off.' END, code),
            jsonb_build_object('code', code, 'before', channel.isEnabled)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_setChannelEnabled IS
'Switched off, nothing new is written to it; what waits goes on waiting. Answers channel_on, channel_off.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, no_such_channel, invalid_value,
channel_is_needed (links and the like go by it).';

GRANT EXECUTE ON FUNCTION ntf_setChannelEnabled TO portal_web, portal_dba;
