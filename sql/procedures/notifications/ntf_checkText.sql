-- Whether a text of a kind can be sent on a channel, before anybody keeps it.
--
--   SELECT * FROM ntf_checkText('tariff_deadline', 'sms', NULL, '{tariff} ends on {deadline}: {link}');
--
CREATE OR REPLACE FUNCTION ntf_checkText(kind text, channel text, subject text, body text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    registry text := split_part(kind, ':', 1);
    title text := CASE WHEN channel = 'sms' THEN '' ELSE coalesce(btrim(subject), '') END;
    content text := coalesce(ntf_tidyText(body), '');
    longest integer := CASE WHEN channel = 'sms' THEN 1000 ELSE 10000 END;
    known text[] := ARRAY(
        SELECT ntf_placeholders.name
        FROM ntf_placeholders
        WHERE ntf_placeholders.kind = registry
        ORDER BY ntf_placeholders.sortOrder, ntf_placeholders.name
    );
    uses text[] := ARRAY[]::text[];
    inBody text[] := ARRAY[]::text[];
    part text;
    given text;
    token text[];
    option text;
    placeholder ntf_placeholders;
    allowed text[];
    met text[];
BEGIN
    IF known = '{}' OR (kind <> registry AND kind !~ '^campaign:[0-9]{1,18}:[0-9]{1,4}$') THEN
        RETURN refuse('no_such_kind_of_text', format('There are no texts of the kind %s.', kind));
    END IF;
    IF title = '' AND channel <> 'sms' THEN
        RETURN refuse('subject_missing', 'Give it a subject.', '{"field": "subject"}');
    END IF;
    IF content = '' THEN
        RETURN refuse('body_missing', 'Write a text.', '{"field": "body"}');
    END IF;
    IF length(title) > 200 THEN
        RETURN refuse('text_too_long', 'A subject has at most 200 characters.', '{"field": "subject", "maximum": 200}');
    END IF;
    IF length(content) > longest THEN
        RETURN refuse(
            'text_too_long', format('A text of this channel has at most %s characters.', longest),
            jsonb_build_object('field', 'body', 'maximum', longest)
        );
    END IF;

    FOREACH part IN ARRAY ARRAY['subject', 'body'] LOOP
        given := CASE part WHEN 'subject' THEN title ELSE content END;
        -- What breaks a header, and what turns the reading direction of all that follows.
        IF given ~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]' OR (part = 'subject' AND given ~ '\n') THEN
            RETURN refuse(
                'control_character', 'It holds a character that has no shape of its own; type it anew.',
                jsonb_build_object('field', part)
            );
        END IF;

        FOR token IN
            SELECT piece
            FROM regexp_matches(given, '(\{\{|\}\}|\{([A-Za-z][A-Za-z0-9]*)(\|[^{}\n]*)?\}|[{}])', 'g') AS piece
        LOOP
            CONTINUE WHEN token[1] IN ('{{', '}}');
            IF token[2] IS NULL THEN
                RETURN refuse(
                    'brace_alone', 'A brace stands alone: a placeholder is {name}, and a brace itself is written {{ or }}.',
                    jsonb_build_object('field', part)
                );
            END IF;

            SELECT * INTO placeholder
            FROM ntf_placeholders
            WHERE ntf_placeholders.kind = registry AND ntf_placeholders.name = token[2];
            IF NOT FOUND THEN
                RETURN refuse(
                    'unknown_placeholder',
                    format('There is no {%s} here; there are {%s}.', token[2], array_to_string(known, '}, {')),
                    jsonb_build_object('field', part, 'name', token[2], 'known', '{' || array_to_string(known, '}, {') || '}')
                );
            END IF;
            IF part = 'subject' AND placeholder.isOptional THEN
                RETURN refuse(
                    'optional_in_subject',
                    format('{%s} may have no value, and a subject has no line to leave out.', token[2]),
                    jsonb_build_object('field', part, 'name', token[2])
                );
            END IF;

            IF (token[3] IS NOT NULL) <> (placeholder.type = 'choice') AND NOT (token[3] IS NOT NULL AND placeholder.type = 'number') THEN
                RETURN refuse(
                    'wrong_choice',
                    format(
                        CASE placeholder.type
                            WHEN 'choice' THEN '{%s} needs its words: {%1$s|…=…|other=…}.'
                            ELSE '{%s} has no words to choose from.'
                        END,
                        token[2]
                    ),
                    jsonb_build_object('field', part, 'name', token[2])
                );
            END IF;
            IF token[3] IS NOT NULL THEN
                allowed := CASE placeholder.type
                    WHEN 'number' THEN ARRAY['zero', 'one', 'two', 'few', 'many', 'other']
                    ELSE placeholder.choices || 'other'::text
                END;
                met := ARRAY[]::text[];
                FOREACH option IN ARRAY string_to_array(substr(token[3], 2), '|') LOOP
                    met := met || split_part(option, '=', 1);
                    IF option !~ '=' OR split_part(option, '=', 1) <> ALL (allowed) THEN
                        met := ARRAY[]::text[];
                        EXIT;
                    END IF;
                END LOOP;
                IF 'other' <> ALL (met) OR (SELECT count(*) <> count(DISTINCT word) FROM unnest(met) AS word) THEN
                    RETURN refuse(
                        'wrong_choice',
                        format('{%s} needs words for other, and may have some for %s.', token[2], array_to_string(allowed, ', ')),
                        jsonb_build_object('field', part, 'name', token[2])
                    );
                END IF;
            END IF;

            IF token[2] <> ALL (uses) THEN
                uses := uses || token[2];
            END IF;
            IF part = 'body' THEN
                inBody := inBody || token[2];
            END IF;
        END LOOP;
    END LOOP;

    FOREACH given IN ARRAY string_to_array(content, E'\n') LOOP
        CONTINUE WHEN given !~ '^ *\[.*\]\(.*\)$';
        IF given !~ '^ *\[[^\[\]]*[^\[\] ][^\[\]]*\]\(\{[A-Za-z][A-Za-z0-9]*\}\)$' OR NOT EXISTS (
            SELECT FROM ntf_placeholders
            WHERE
                ntf_placeholders.kind = registry
                AND ntf_placeholders.type = 'link'
                AND ntf_placeholders.name = substring(given FROM '\(\{([A-Za-z0-9]+)\}\)$')
        ) THEN
            RETURN refuse('wrong_button', 'A button is a line of its own: [its words]({link}).', '{"field": "body"}');
        END IF;
    END LOOP;

    SELECT * INTO placeholder
    FROM ntf_placeholders
    WHERE
        ntf_placeholders.kind = registry
        AND ntf_placeholders.isNeeded
        AND ntf_placeholders.name <> ALL (inBody)
    ORDER BY ntf_placeholders.sortOrder
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'missing_placeholder', format('Without {%s} the message is of no use.', placeholder.name),
            jsonb_build_object('field', 'body', 'name', placeholder.name)
        );
    END IF;

    RETURN done(
        'text_fits', 'The text can be sent.',
        jsonb_build_object('subject', nullif(title, ''), 'body', content, 'uses', to_jsonb(uses))
    );
END;
$$;

COMMENT ON FUNCTION ntf_checkText IS
'kind is one of ntf_kinds or campaign:<id>:<step>; channel is empty for every channel. A subject is one line, which an SMS does
not have. In the body a blank line ends a paragraph; a line "Words: {placeholder}" is a fact and a line "[Words]({link})" a
button; of ntf_placeholders {name} stands for a value, {name|one=day|few=days|other=days} for words that go by a number or a
choice, {{ and }} for braces. A line whose optional placeholder has no value (or is a figure of zero) is left out. Nothing else means anything.
Done: text_fits (subject, body as they are kept; uses: the placeholders in it).
Refuses: no_such_kind_of_text, subject_missing, body_missing, text_too_long (1,000 characters of an SMS, 10,000 of others),
control_character, brace_alone, unknown_placeholder (known: those there are), optional_in_subject, wrong_choice, wrong_button,
missing_placeholder.';

GRANT EXECUTE ON FUNCTION ntf_checkText TO portal_web, portal_marketing, portal_dba;
