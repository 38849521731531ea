-- Whether there may be a text of this kind, channel and language; null when so.
--
--   SELECT * FROM ntf_judgeText('tariff_deadline', 'sms', 'sk');
--
CREATE OR REPLACE FUNCTION ntf_judgeText(kind text, channel text, locale text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF kind IS NULL OR kind !~ '^campaign:[0-9]{1,18}:[0-9]{1,4}$' THEN
        -- What a campaign says is said by its steps.
        PERFORM FROM ntf_kinds WHERE ntf_kinds.code = ntf_judgeText.kind AND ntf_kinds.code <> 'campaign';
        IF NOT FOUND THEN
            RETURN refuse('no_such_kind_of_text', format('There are no texts of the kind %s.', kind));
        END IF;
    END IF;
    IF channel IS NULL OR (channel <> '' AND NOT EXISTS (SELECT FROM ntf_channels WHERE ntf_channels.code = channel)) THEN
        RETURN refuse('no_such_channel', format('There is no channel %s.', channel), '{"field": "channel"}');
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'sk', 'cs', 'ru', 'hi') THEN
        RETURN refuse('no_such_locale', format('There are no texts in %s.', locale), '{"field": "locale"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_judgeText IS
'kind: one of ntf_kinds, or campaign:<id>:<step>. channel: one of ntf_channels, or empty for the text of all of them.
Refuses: no_such_kind_of_text, no_such_channel, no_such_locale.';
