-- Refuse settings that a driver has no use for.
--
--   SELECT * FROM ntf_checkSettings('http', '{"url": "https://sms.example.com/send"}');
--
CREATE OR REPLACE FUNCTION ntf_checkSettings(driver text, settings jsonb)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    allowed text[] := CASE driver
        WHEN 'http' THEN ARRAY[
            'url', 'method', 'body', 'headers', 'fields', 'sender', 'idPath', 'statePath', 'okStates', 'refusedStates',
            'statusURL', 'statusPath', 'absentStates', 'isIdempotent'
        ]
        WHEN 'smtp' THEN ARRAY['url']
        WHEN 'webhook' THEN ARRAY['url']
        WHEN 'folder' THEN ARRAY[]::text[]
        WHEN 'cabinet' THEN ARRAY[]::text[]
        WHEN 'file' THEN ARRAY[]::text[]
    END;
    wrong text;
BEGIN
    IF jsonb_typeof(settings) IS DISTINCT FROM 'object' OR length(settings::text) > 20000 THEN
        RETURN refuse('settings_unreadable', 'The settings are a JSON object.', '{"field": "settings"}');
    END IF;
    -- Other drivers know themselves.
    IF allowed IS NULL THEN
        RETURN done('settings_fit', 'The settings fit.');
    END IF;

    SELECT min(given.name) INTO wrong
    FROM jsonb_object_keys(settings) AS given (name)
    WHERE NOT given.name = ANY(allowed);
    IF wrong IS NOT NULL THEN
        RETURN refuse(
            'setting_unknown', format('There is no setting %s; there are %s.', wrong, array_to_string(allowed, ', ')),
            jsonb_build_object('field', 'settings', 'setting', wrong, 'known', array_to_string(allowed, ', '))
        );
    END IF;
    wrong := CASE
        WHEN driver IN ('http', 'webhook') AND coalesce(settings ->> 'url', '') !~* '^https?://[^/\s@]+(/\S*)?$' THEN 'url'
        WHEN driver = 'smtp' AND settings ? 'url' AND settings ->> 'url' !~* '^smtps?://\S+$' THEN 'url'
        -- It is kept apart: PORTAL_PROVIDER_SECRET_<CODE>, or the page's own field.
        WHEN settings ->> 'url' ~ '^[^/]*//[^/@]*:[^/@]*@' THEN 'url'
        WHEN driver = 'http' AND settings ? 'statusURL' AND settings ->> 'statusURL' !~* '^https?://[^/\s@]+(/\S*)?$' THEN 'statusURL'
        WHEN driver = 'http' AND settings ? 'method' AND coalesce(settings ->> 'method', '') NOT IN ('POST', 'PUT', 'GET') THEN 'method'
        WHEN driver = 'http' AND settings ? 'body' AND coalesce(settings ->> 'body', '') NOT IN ('json', 'form', 'query') THEN 'body'
        WHEN driver = 'http' AND jsonb_typeof(settings -> 'fields') IS DISTINCT FROM 'object' THEN 'fields'
        WHEN jsonb_typeof(settings -> 'headers') <> 'object' THEN 'headers'
        WHEN jsonb_typeof(settings -> 'sender') <> 'string' THEN 'sender'
        WHEN jsonb_typeof(settings -> 'okStates') <> 'array' THEN 'okStates'
        WHEN jsonb_typeof(settings -> 'refusedStates') <> 'array' THEN 'refusedStates'
        WHEN jsonb_typeof(settings -> 'absentStates') <> 'array' THEN 'absentStates'
        WHEN jsonb_typeof(settings -> 'idPath') <> 'string' THEN 'idPath'
        WHEN jsonb_typeof(settings -> 'statePath') <> 'string' THEN 'statePath'
        WHEN jsonb_typeof(settings -> 'statusPath') <> 'string' THEN 'statusPath'
        WHEN jsonb_typeof(settings -> 'isIdempotent') <> 'boolean' THEN 'isIdempotent'
    END;
    IF wrong IS NOT NULL THEN
        RETURN refuse(
            'setting_invalid', format('The setting %s cannot be used.', wrong),
            jsonb_build_object('field', 'settings', 'setting', wrong)
        );
    END IF;

    RETURN done('settings_fit', 'The settings fit.');
END;
$$;

COMMENT ON FUNCTION ntf_checkSettings IS
'http and webhook need url; http needs fields too: what the request says, with {to}, {text}, {reference}, {sender} and {secret}
in it. smtp: url without a password, else the mail server of the environment. A secret never stands among them.
Done: settings_fit.
Refuses: settings_unreadable, setting_unknown, setting_invalid.';
