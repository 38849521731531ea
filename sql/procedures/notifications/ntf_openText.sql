-- Whether an administrator may change a text, for the first time; null when so, else the answer to give.
--
--   SELECT * FROM ntf_openText('ntf_resetText', '{"kind": "welcome"}', 'welcome', '', 'sk', 2, 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION ntf_openText(
    procedure text,
    arguments jsonb,
    kind text,
    channel text,
    locale text,
    basedOn bigint,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    answer outcome;
BEGIN
    answer := as_judgeCatalogue(procedure, arguments, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    -- Those of a campaign change with it, by ntf_saveStepText: half of its people are not to have one text, half another.
    IF kind LIKE 'campaign:%' THEN
        RETURN refuse('no_such_kind_of_text', 'The texts of a campaign are written with its steps.');
    END IF;
    answer := ntf_judgeText(kind, channel, locale);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    RETURN ntf_judgeVersion(kind, channel, locale, basedOn);
END;
$$;

COMMENT ON FUNCTION ntf_openText IS
'What writing, resetting and restoring a text have in common. Until the end of the transaction nobody else changes the catalogue.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_kind_of_text,
no_such_channel, no_such_locale, changed_meanwhile.';
