-- A text with all that writing it takes: its words, and of what type each placeholder in it is.
--
--   SELECT ntf_describeText(ntf_texts) FROM ntf_texts WHERE kind = 'welcome' AND locale = 'en' AND isCurrent;
--
CREATE OR REPLACE FUNCTION ntf_describeText(message ntf_texts)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'channel', message.channel, 'locale', message.locale, 'version', message.version, 'subject', message.subject,
        'body', message.body,
        'placeholders', coalesce(
            (
                SELECT jsonb_object_agg(
                    ntf_placeholders.name,
                    jsonb_strip_nulls(jsonb_build_object(
                        'type', ntf_placeholders.type, 'path', ntf_placeholders.path,
                        'isOptional', CASE WHEN ntf_placeholders.isOptional THEN true END
                    ))
                )
                FROM ntf_placeholders
                WHERE ntf_placeholders.kind = split_part(message.kind, ':', 1) AND ntf_placeholders.name = ANY (message.uses)
            ),
            '{}'
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_describeText IS
'details.text of a claimed message: {channel, locale, version, subject, body, placeholders: {name: {type, path, isOptional}}}, of
the placeholders only those that are in the text.';
