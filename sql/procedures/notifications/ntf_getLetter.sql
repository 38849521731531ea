-- What a claimed message says: its text, and its details with what is true at this moment.
--
--   SELECT ntf_getLetter('alice', 'tariff_deadline', 'email', 'sk', '{"tariffID": 2}');
--
CREATE OR REPLACE FUNCTION ntf_getLetter(username text, kind text, channel text, locale text, details jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    written ntf_texts := ntf_findText(coalesce(details ->> 'text', kind), channel, locale);
BEGIN
    IF written.kind IS NULL THEN
        RETURN jsonb_build_object('details', details);
    END IF;

    RETURN jsonb_build_object(
        'text', ntf_describeText(written),
        'details', details || ntf_getFacts(username, kind, details, written.uses)
    );
END;
$$;

COMMENT ON FUNCTION ntf_getLetter IS
'For the claim of a message, which adds it to its answer: {text, details}; without text where there is none.';
