-- Read in what a file of sql/texts says of a kind: its placeholders and its delivered texts.
--
--   SELECT ntf_readTexts('welcome', '[{"name": "name", "type": "text", "example": "Jana"}]',
--       '[{"channel": "", "locale": "en", "subject": "Welcome, {name}", "body": "Your account is ready."}]');
--
CREATE OR REPLACE FUNCTION ntf_readTexts(kind text, placeholders jsonb, texts jsonb)
RETURNS integer
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    given record;
    before ntf_texts;
    present ntf_texts;
    checked outcome;
    number bigint;
    changed integer := 0;
BEGIN
    DELETE FROM ntf_placeholders
    WHERE
        ntf_placeholders.kind = ntf_readTexts.kind
        AND NOT placeholders @> jsonb_build_array(jsonb_build_object('name', ntf_placeholders.name));

    INSERT INTO ntf_placeholders (
        kind, name, type, isOptional, isNeeded, isLive, path, choices, example, sortOrder, createdAt
    )
    SELECT
        ntf_readTexts.kind, one.value ->> 'name', one.value ->> 'type', coalesce((one.value ->> 'isOptional')::boolean, false),
        coalesce((one.value ->> 'isNeeded')::boolean, false), coalesce((one.value ->> 'isLive')::boolean, false),
        one.value ->> 'path', ARRAY(SELECT jsonb_array_elements_text(coalesce(one.value -> 'choices', '[]'))),
        coalesce(one.value ->> 'example', ''), one.ordinality, moment
    FROM jsonb_array_elements(placeholders) WITH ORDINALITY AS one
    ON CONFLICT ON CONSTRAINT ntf_placeholders_pkey DO UPDATE SET
        type = excluded.type,
        isOptional = excluded.isOptional,
        isNeeded = excluded.isNeeded,
        isLive = excluded.isLive,
        path = excluded.path,
        choices = excluded.choices,
        example = excluded.example,
        sortOrder = excluded.sortOrder;

    FOR given IN
        SELECT
            one.value ->> 'channel' AS channel,
            one.value ->> 'locale' AS locale,
            one.value ->> 'subject' AS subject,
            one.value ->> 'body' AS body
        FROM jsonb_array_elements(texts) AS one
        UNION ALL
        -- What the file does not bring along any more.
        SELECT gone.channel, gone.locale::text, NULL, NULL
        FROM ntf_texts AS gone
        WHERE
            gone.kind = ntf_readTexts.kind
            AND gone.isDelivered
            AND NOT texts @> jsonb_build_array(jsonb_build_object('channel', gone.channel, 'locale', gone.locale))
    LOOP
        SELECT * INTO before
        FROM ntf_texts
        WHERE
            ntf_texts.kind = ntf_readTexts.kind
            AND ntf_texts.channel = given.channel
            AND ntf_texts.locale = given.locale
            AND ntf_texts.isDelivered;

        IF given.body IS NOT NULL THEN
            checked := ntf_checkText(kind, given.channel, given.subject, given.body);
            IF checked.result = 0 THEN
                RAISE EXCEPTION 'sql/texts/%.toml, % %: %', kind, given.locale, given.channel, checked.msg;
            END IF;
            CONTINUE WHEN before.body = checked.details ->> 'body'
                AND before.subject IS NOT DISTINCT FROM checked.details ->> 'subject';
        END IF;
        changed := changed + 1;

        SELECT * INTO present
        FROM ntf_texts
        WHERE
            ntf_texts.kind = ntf_readTexts.kind
            AND ntf_texts.channel = given.channel
            AND ntf_texts.locale = given.locale
            AND ntf_texts.isCurrent;

        UPDATE ntf_texts
        SET isDelivered = false, isCurrent = ntf_texts.isCurrent AND present.actor IS NOT NULL
        WHERE
            ntf_texts.kind = before.kind
            AND ntf_texts.channel = before.channel
            AND ntf_texts.locale = before.locale
            AND ntf_texts.version = before.version;

        IF given.body IS NOT NULL THEN
            SELECT coalesce(max(ntf_texts.version), 0) + 1 INTO number
            FROM ntf_texts
            WHERE
                ntf_texts.kind = ntf_readTexts.kind
                AND ntf_texts.channel = given.channel
                AND ntf_texts.locale = given.locale;

            INSERT INTO ntf_texts (
                kind, channel, locale, version, subject, body, isCurrent, isDelivered, uses, actor, createdAt
            )
            VALUES (
                kind, given.channel, given.locale, number, checked.details ->> 'subject', checked.details ->> 'body',
                -- What the installation has written itself stays.
                present.actor IS NULL, true, ARRAY(SELECT jsonb_array_elements_text(checked.details -> 'uses')), NULL, moment
            );
        END IF;
    END LOOP;

    RETURN changed;
END;
$$;

COMMENT ON FUNCTION ntf_readTexts IS
'For `portal migrate`, again and again: says how many texts of the file are new or gone since the last time, and writes those
alone. A delivered text becomes current unless the installation has one of its own. placeholders and texts are lists of
objects, as the columns of ntf_placeholders and ntf_texts are called.';
