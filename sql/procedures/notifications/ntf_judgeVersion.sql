-- Whether the text that somebody began with is still the current one; null when so.
--
--   SELECT * FROM ntf_judgeVersion('tariff_deadline', 'sms', 'sk', 1);
--
CREATE OR REPLACE FUNCTION ntf_judgeVersion(kind text, channel text, locale text, basedOn bigint)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    present ntf_texts;
BEGIN
    SELECT * INTO present
    FROM ntf_texts
    WHERE
        ntf_texts.kind = ntf_judgeVersion.kind
        AND ntf_texts.channel = ntf_judgeVersion.channel
        AND ntf_texts.locale = ntf_judgeVersion.locale
        AND ntf_texts.isCurrent;
    IF basedOn <> coalesce(present.version, 0) THEN
        RETURN refuse(
            'changed_meanwhile', 'Somebody has changed this text meanwhile. Look at it, then save yours.',
            jsonb_build_object(
                'version', present.version, 'subject', present.subject, 'body', present.body, 'changedAt', present.createdAt,
                'changedBy', coalesce(
                    (SELECT as_users.name FROM as_users WHERE as_users.username = present.actor), present.actor, '—'
                )
            )
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_judgeVersion IS
'basedOn: the version that was current when somebody began to write, 0 where there was none; null where that does not matter.
Refuses: changed_meanwhile (the present version, subject and body, changedBy, changedAt).';
