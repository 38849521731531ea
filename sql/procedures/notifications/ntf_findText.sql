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
    tongue text;
BEGIN
    FOREACH tongue IN ARRAY ARRAY[locale, 'en'] LOOP
        -- The empty name of all channels comes last.
        SELECT * INTO written
        FROM ntf_texts
        WHERE
            ntf_texts.kind = ntf_findText.kind
            AND ntf_texts.channel IN (ntf_findText.channel, '')
            AND ntf_texts.locale = tongue
            AND ntf_texts.isCurrent
        ORDER BY ntf_texts.channel DESC
        LIMIT 1;
        EXIT WHEN FOUND;
    END LOOP;

    RETURN written;
END;
$$;

COMMENT ON FUNCTION ntf_findText IS
'The current one of the language, else of English; among those of one language the channel''s own, else the one of all
channels. Null where there is none.';
