-- Put an earlier version of a text into force again, as a new version.
--
--   SELECT * FROM ntf_restoreText('tariff_deadline', '', 'sk', 1);
--
CREATE OR REPLACE FUNCTION ntf_restoreText(
    kind text,
    channel text,
    locale text,
    version bigint,
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
        'kind', kind, 'channel', channel, 'locale', locale, 'version', version, 'basedOn', basedOn
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    answer outcome;
    checked outcome;
    old ntf_texts;
    written ntf_texts;
BEGIN
    answer := ntf_openText('ntf_restoreText', asked, kind, channel, locale, basedOn, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT * INTO old
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_restoreText.kind
        AND ntf_texts.channel = ntf_restoreText.channel
        AND ntf_texts.locale = ntf_restoreText.locale
        AND ntf_texts.version = ntf_restoreText.version;
    IF NOT FOUND THEN
        RETURN refuse('no_such_version', format('There is no version %s of this text.', version), '{"field": "version"}');
    END IF;
    IF old.isCurrent THEN
        RETURN refuse('text_unchanged', 'The text is like that already.');
    END IF;
    -- What could be named then may not be there any more.
    checked := ntf_checkText(kind, channel, old.subject, old.body);
    IF checked.result = 0 THEN
        RETURN checked;
    END IF;

    written := ntf_writeText(
        kind, channel, locale, checked.details ->> 'subject', checked.details ->> 'body',
        ARRAY(SELECT jsonb_array_elements_text(checked.details -> 'uses')), asker
    );

    RETURN as_record(
        asker, 'ntf_restoreText', asked, request, actor,
        done(
            'text_restored', format('Version %s is in force again, as version %s.', old.version, written.version),
            jsonb_build_object(
                'kind', kind, 'channel', channel, 'locale', locale, 'restored', old.version, 'version', written.version
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_restoreText IS
'It is checked as if it was written now. kind, channel, locale: see ntf_judgeText; basedOn: see ntf_judgeVersion.
Done: text_restored (restored: the earlier version; version: the one that is in force now).
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_kind_of_text,
no_such_channel, no_such_locale, changed_meanwhile, no_such_version, text_unchanged, subject_missing, body_missing, text_too_long, control_character,
brace_alone, unknown_placeholder, optional_in_subject, wrong_choice, wrong_button, missing_placeholder.';

GRANT EXECUTE ON FUNCTION ntf_restoreText TO portal_web, portal_dba;
