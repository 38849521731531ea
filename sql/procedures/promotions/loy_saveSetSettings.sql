-- Change the rules of payment and of the search in the draft.
--
--   SELECT * FROM loy_saveSetSettings('{"bonusShare": 3000, "totalShare": 5000}');
--
CREATE OR REPLACE FUNCTION loy_saveSetSettings(
    settings jsonb,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('settings', settings);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    draft loy_promotionSets;
    before jsonb;
    earlier outcome;
    wrong record;
BEGIN
    earlier := as_judgeCatalogue('loy_saveSetSettings', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF jsonb_typeof(settings) IS DISTINCT FROM 'object' THEN
        RETURN refuse('invalid_value', 'Settings are an object.', '{"field": "settings"}');
    END IF;
    SELECT given.name, limits.most INTO wrong
    FROM jsonb_each(settings) AS given (name, value)
    LEFT JOIN (
        VALUES
        ('bonusShare', 10000), ('lineShare', 10000), ('totalShare', 10000), ('earnValue', 10000),
        ('keepValueLate', 10000), ('keepValueSoon', 10000), ('nodeBudget', 1000000), ('soonDays', 3660), ('fuseMs', 60000)
    ) AS limits (name, most) ON limits.name = given.name
    WHERE
        limits.name IS NULL
        OR jsonb_typeof(given.value) <> 'number'
        OR given.value::text !~ '^[0-9]{1,7}$'
        OR given.value::text::numeric > limits.most
        OR (given.name IN ('nodeBudget', 'fuseMs') AND given.value::text::numeric < 1)
    ORDER BY given.name
    LIMIT 1;
    IF FOUND THEN
        IF wrong.most IS NULL THEN
            RETURN refuse(
                'no_such_setting', format('There is no setting %s.', wrong.name), jsonb_build_object('field', wrong.name)
            );
        END IF;
        RETURN refuse(
            'setting_out_of_range', format('%s is a whole number up to %s.', wrong.name, wrong.most),
            jsonb_build_object('field', wrong.name, 'maximum', wrong.most)
        );
    END IF;

    draft := loy_draft();
    before := loy_getSetSettings(draft.version);
    UPDATE loy_promotionSets
    SET settings = loy_promotionSets.settings || loy_saveSetSettings.settings
    WHERE loy_promotionSets.version = draft.version;

    RETURN as_record(
        asker, 'loy_saveSetSettings', asked, request, actor,
        done(
            'set_settings_saved', 'The settings are in the draft. They hold once it is published.',
            jsonb_build_object(
                'setVersion', draft.version, 'before', before, 'after', loy_getSetSettings(draft.version)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveSetSettings IS
'Changes settings of the open draft, which is begun as a copy of the set in force where there is none; what is not named stays.
bonusShare, lineShare, totalShare, earnValue, keepValueLate, keepValueSoon: 0 to 10000 hundredths of a per cent; nodeBudget,
soonDays, fuseMs: whole numbers. loy_getSetSettings says what they mean. Answers set_settings_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_setting,
setting_out_of_range.';

GRANT EXECUTE ON FUNCTION loy_saveSetSettings TO portal_web, portal_dba;
