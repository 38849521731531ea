-- Write the text of a kind of message for a channel and a language; the one before stays as a version.
--
--   SELECT * FROM ntf_saveText('tariff_deadline', 'sms', 'sk', NULL, '{tariff} sa končí {deadline}: {link}');
--
CREATE OR REPLACE FUNCTION ntf_saveText(
    kind text,
    channel text,
    locale text,
    subject text,
    body text,
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
    asked jsonb := jsonb_build_object(
        'kind', kind, 'channel', channel, 'locale', locale, 'subject', subject, 'body', body, 'basedOn', basedOn
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    answer outcome;
    checked outcome;
    written ntf_texts;
BEGIN
    answer := ntf_openText('ntf_saveText', asked, kind, channel, locale, basedOn, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    checked := ntf_checkText(kind, channel, subject, body);
    IF checked.result = 0 THEN
        RETURN checked;
    END IF;
    PERFORM
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_saveText.kind
        AND ntf_texts.channel = ntf_saveText.channel
        AND ntf_texts.locale = ntf_saveText.locale
        AND ntf_texts.isCurrent
        AND ntf_texts.body = checked.details ->> 'body'
        AND ntf_texts.subject IS NOT DISTINCT FROM checked.details ->> 'subject';
    IF FOUND THEN
        RETURN refuse('text_unchanged', 'The text is like that already.');
    END IF;

    written := ntf_writeText(
        kind, channel, locale, checked.details ->> 'subject', checked.details ->> 'body',
        ARRAY(SELECT jsonb_array_elements_text(checked.details -> 'uses')), asker
    );

    RETURN as_record(
        asker, 'ntf_saveText', asked, request, actor,
        done(
            'text_saved', format('The text is version %s; it is used from the next message on.', written.version),
            jsonb_build_object('kind', kind, 'channel', channel, 'locale', locale, 'version', written.version)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveText IS
'kind, channel and locale: see ntf_judgeText; basedOn: see ntf_judgeVersion; subject and body: see ntf_checkText. Messages that wait are written with it, for
texts are rendered when they are sent.
Done: text_saved (version).
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_kind_of_text,
no_such_channel, no_such_locale, changed_meanwhile, subject_missing, body_missing, text_too_long, control_character, brace_alone,
unknown_placeholder, optional_in_subject, wrong_choice, wrong_button, missing_placeholder, text_unchanged.';

GRANT EXECUTE ON FUNCTION ntf_saveText TO portal_web, portal_dba;
