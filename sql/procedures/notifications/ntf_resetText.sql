-- Go back to the text that the portal brought along; without one the channel says again what all channels say.
--
--   SELECT * FROM ntf_resetText('tariff_deadline', 'sms', 'sk');
--
CREATE OR REPLACE FUNCTION ntf_resetText(
    kind text,
    channel text,
    locale text,
    basedOn bigint DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('kind', kind, 'channel', channel, 'locale', locale, 'basedOn', basedOn);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    answer outcome;
    present ntf_texts;
BEGIN
    answer := ntf_openText('ntf_resetText', asked, kind, channel, locale, basedOn, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT * INTO present
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_resetText.kind
        AND ntf_texts.channel = ntf_resetText.channel
        AND ntf_texts.locale = ntf_resetText.locale
        AND ntf_texts.isCurrent;
    IF NOT FOUND OR present.isDelivered THEN
        RETURN refuse('text_not_own', 'There is no text of your own here.');
    END IF;

    UPDATE ntf_texts
    SET isCurrent = false
    WHERE
        ntf_texts.kind = present.kind
        AND ntf_texts.channel = present.channel
        AND ntf_texts.locale = present.locale
        AND ntf_texts.version = present.version;
    UPDATE ntf_texts
    SET isCurrent = true
    WHERE
        ntf_texts.kind = present.kind
        AND ntf_texts.channel = present.channel
        AND ntf_texts.locale = present.locale
        AND ntf_texts.isDelivered;

    RETURN as_record(
        asker, 'ntf_resetText', asked, request, actor,
        done(
            'text_reset', 'The delivered text is used again; yours stays as a version.',
            jsonb_build_object('kind', kind, 'channel', channel, 'locale', locale, 'version', present.version)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_resetText IS
'The text of the installation stays as a version. kind, channel, locale: see ntf_judgeText; basedOn: see ntf_judgeVersion.
Done: text_reset (version: what was current until now).
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_kind_of_text,
no_such_channel, no_such_locale, changed_meanwhile, text_not_own.';

GRANT EXECUTE ON FUNCTION ntf_resetText TO portal_web, portal_dba;
