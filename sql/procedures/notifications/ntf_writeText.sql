-- Put a checked text into force as the next version.
--
--   SELECT (ntf_writeText('welcome', '', 'en', 'Welcome', 'It is ready, {name}.', '{name}', 'root')).version;
--
CREATE OR REPLACE FUNCTION ntf_writeText(
    kind text,
    channel text,
    locale text,
    subject text,
    body text,
    uses text[],
    writer text
)
RETURNS ntf_texts
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    written ntf_texts;
    number bigint;
BEGIN
    SELECT coalesce(max(ntf_texts.version), 0) + 1 INTO number
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_writeText.kind
        AND ntf_texts.channel = ntf_writeText.channel
        AND ntf_texts.locale = ntf_writeText.locale;

    UPDATE ntf_texts
    SET isCurrent = false
    WHERE
        ntf_texts.kind = ntf_writeText.kind
        AND ntf_texts.channel = ntf_writeText.channel
        AND ntf_texts.locale = ntf_writeText.locale
        AND ntf_texts.isCurrent;

    INSERT INTO ntf_texts (
        kind, channel, locale, version, subject, body, isCurrent, isDelivered, uses, actor, createdAt
    )
    VALUES (kind, channel, locale, number, subject, body, true, false, uses, writer, moment)
    RETURNING * INTO written;

    RETURN written;
END;
$$;

COMMENT ON FUNCTION ntf_writeText IS
'The caller has judged, and nobody else changes the catalogue meanwhile. What was current until now stays as a version.';
