-- What it takes to show a text, kept or not, as a person would get it now.
--
--   SELECT * FROM ntf_previewText('tariff_deadline', '', 'en', 'alice', 'It ends, {name}', 'On {deadline}.');
--
CREATE OR REPLACE FUNCTION ntf_previewText(
    kind text,
    channel text,
    locale text,
    username text DEFAULT NULL,
    subject text DEFAULT NULL,
    body text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    textKind text := CASE WHEN kind LIKE 'campaign:%' THEN 'campaign' ELSE kind END;
    refusal outcome;
    checked outcome;
    member as_users;
    shown ntf_texts;
    example jsonb;
    happened jsonb;
    step ntf_campaignSteps;
    facts jsonb := jsonb_build_object();
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := ntf_judgeText(kind, channel, locale);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF username IS NOT NULL THEN
        SELECT * INTO member
        FROM as_users
        WHERE as_users.username = ntf_previewText.username;
        IF NOT FOUND THEN
            RETURN refuse('no_such_user', format('There is no user %s.', username), '{"field": "username"}');
        END IF;
    END IF;
    checked := ntf_checkText(kind, channel, subject, body);
    IF checked.result = 0 THEN
        RETURN checked;
    END IF;

    shown.kind := kind;
    shown.channel := channel;
    shown.locale := locale;
    shown.version := 0;
    shown.subject := checked.details ->> 'subject';
    shown.body := checked.details ->> 'body';
    shown.uses := ARRAY(SELECT jsonb_array_elements_text(checked.details -> 'uses'));

    SELECT jsonb_object_agg(ntf_placeholders.name, ntf_placeholders.example) INTO example
    FROM ntf_placeholders
    WHERE ntf_placeholders.kind = textKind AND ntf_placeholders.example <> '';
    -- A step gives what it gives; what it does not give is not there when it is sent.
    SELECT * INTO step
    FROM ntf_campaignSteps
    WHERE
        textKind = 'campaign'
        AND ntf_campaignSteps.campaignID = nullif(split_part(kind, ':', 2), '')::bigint
        AND ntf_campaignSteps.position = nullif(split_part(kind, ':', 3), '')::integer;
    IF FOUND THEN
        example := example - '{code,gift,discount,until}'::text[] || ntf_describeGift(
            step, example ->> 'code', coalesce(as_today() + step.giftDays + 1, (example ->> 'until')::date)
        );
    END IF;
    -- What happened to this person the last time, else the examples; an occasion that is over may be shown all the same.
    SELECT job_outbox.details INTO happened
    FROM job_outbox
    WHERE job_outbox.username = member.username AND job_outbox.kind = textKind AND textKind <> 'campaign'
    ORDER BY job_outbox.id DESC
    LIMIT 1;
    IF member.username IS NOT NULL THEN
        facts := ntf_getFacts(
            member.username, textKind, jsonb_build_object('text', kind) || coalesce(happened - '{deadline,price}'::text[], '{}'),
            shown.uses
        );
        -- For what has not happened yet the figures of today are a better example than those of the list.
        IF happened IS NULL THEN
            facts := ntf_getFacts(member.username, 'campaign', jsonb_build_object('text', 'campaign:0:0'), shown.uses) || facts;
        END IF;
        -- Where this person has none of what a text cannot do without, the example stands for it.
        SELECT coalesce(jsonb_object_agg(fact.key, fact.value), '{}') INTO facts
        FROM jsonb_each(facts) AS fact
        WHERE
            fact.value <> 'null' OR EXISTS (
                SELECT
                FROM ntf_placeholders
                WHERE ntf_placeholders.kind = textKind AND ntf_placeholders.name = fact.key AND ntf_placeholders.isOptional
            );
    END IF;

    RETURN done(
        'text_shown', 'As it would be sent now.',
        jsonb_build_object(
            'username', coalesce(member.username, ''), 'name', coalesce(member.name, example ->> 'name', ''),
            'locale', locale, 'timeZone', coalesce(member.timeZone, (SELECT as_clock.timeZone FROM as_clock)),
            'kind', kind, 'channel', channel, 'text', ntf_describeText(shown),
            'details', jsonb_build_object('currency', as_getSetting('currency')) || coalesce(example, '{}')
            || coalesce(happened, '{}') || facts,
            'isExample', happened IS NULL
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_previewText IS
'For administrators; nothing is written. username: whose figures are shown (null: the examples of ntf_placeholders). What is not
asked when a message is sent comes from the last message of the kind to the person, else it is the example (isExample); of a
step of a campaign the gift is the one that it gives.
Done: text_shown (a message as a claim gives it: username, name, locale, timeZone, kind, channel, text, details).
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, no_such_kind_of_text, no_such_channel, no_such_locale,
no_such_user, subject_missing, body_missing, text_too_long, control_character, brace_alone, unknown_placeholder,
optional_in_subject, wrong_choice, wrong_button, missing_placeholder.';

GRANT EXECUTE ON FUNCTION ntf_previewText TO portal_web, portal_dba;
