-- The text in which a message of a kind goes out on a channel to somebody who reads a language.
--
--   SELECT * FROM ntf_findText('tariff_deadline', 'sms', 'sk');
--
CREATE OR REPLACE FUNCTION ntf_findText(kind text, channel text, locale text)
RETURNS ntf_texts
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    written ntf_texts;
BEGIN
    SELECT * INTO written
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_findText.kind
        AND ntf_texts.isCurrent
        AND ntf_texts.channel IN (ntf_findText.channel, '')
        AND ntf_texts.locale IN (ntf_findText.locale, 'en')
    ORDER BY ntf_texts.locale = ntf_findText.locale DESC, ntf_texts.channel = ntf_findText.channel DESC
    LIMIT 1;

    RETURN written;
END;
$$;

COMMENT ON FUNCTION ntf_findText IS
'The current one of the language, else of English; among those of one language the channel''s own, else the one of all
channels. Null where there is none.';
