-- Write the text of a campaign's step in a language; channel '' is for every channel that has none of its own.
--
--   SELECT * FROM ntf_saveStepText(1, 1, '', 'en', 'Your bonuses end soon', 'Good day {name}, come and use them.');
--
CREATE OR REPLACE FUNCTION ntf_saveStepText(
    campaignID bigint,
    stepPosition integer,
    channel text,
    locale text,
    subject text,
    body text,
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
        'campaignID', campaignID, 'position', stepPosition, 'channel', channel, 'locale', locale, 'subject', subject, 'body', body
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    textKind text := format('campaign:%s:%s', campaignID, stepPosition);
    checked jsonb;
    written ntf_texts;
    answer outcome;
BEGIN
    -- Else half of the people had one text, half another.
    answer := ntf_judgeSave('ntf_saveStepText', asked, campaignID, '{draft,paused}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM ntf_campaignSteps
        WHERE
            ntf_campaignSteps.campaignID = ntf_saveStepText.campaignID
            AND ntf_campaignSteps.position = ntf_saveStepText.stepPosition
    ) THEN
        RETURN refuse('no_such_step', format('There is no step %s.', stepPosition));
    END IF;
    IF channel IS NULL OR (channel <> '' AND NOT EXISTS (
        SELECT
        FROM ntf_campaigns
        WHERE ntf_campaigns.id = campaignID AND ntf_campaigns.channels @> ARRAY[channel]
    )) THEN
        RETURN refuse('no_such_channel', 'The campaign does not go on this channel.', '{"field": "channel"}');
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse('no_such_language', 'There is no such language here.', '{"field": "locale"}');
    END IF;
    answer := ntf_checkText(textKind, channel, subject, body);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    checked := answer.details;
    written := ntf_writeText(
        textKind, channel, locale, checked ->> 'subject', checked ->> 'body',
        ARRAY(SELECT jsonb_array_elements_text(checked -> 'uses')), coalesce(actor, session_user)
    );

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_saveStepText', asked, request, actor,
        done(
            'step_text_saved', 'The text is saved.',
            jsonb_build_object(
                'campaignID', campaignID, 'position', stepPosition, 'channel', channel, 'locale', locale,
                'version', written.version
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveStepText IS
'Of a draft, or of a campaign that is paused: what has not gone out yet says the new text. A new version, of kind
campaign:<campaignID>:<position> in ntf_texts. details: campaignID, position, channel, locale, version.
Done: step_text_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started, no_such_step, no_such_channel, no_such_language, no_such_kind_of_text,
subject_missing, body_missing, text_too_long, control_character, brace_alone, unknown_placeholder, optional_in_subject, wrong_choice,
wrong_button, missing_placeholder.';

GRANT EXECUTE ON FUNCTION ntf_saveStepText TO portal_web, portal_dba;
