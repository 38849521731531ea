-- Change a setting.
--
--   SELECT * FROM as_setSetting('tariffGraceDays', '5');
--
CREATE OR REPLACE FUNCTION as_setSetting(
    code text,
    value text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('code', code, 'value', value);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    setting as_settings;
    wanted text;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO setting FROM as_settings WHERE as_settings.code = as_setSetting.code FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_setting', format('There is no setting %s.', code), jsonb_build_object('field', 'code'));
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(asker, 'as_setSetting', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF code IN ('timeZone', 'tariffDefault', 'tariffGraceDays') THEN
        -- Whoever changes the catalogue holds this row too, so that the default tariff stays free and on.
        PERFORM FROM as_clock FOR NO KEY UPDATE;
    END IF;
    wanted := as_readSetting(code, setting.type, value);
    IF wanted IS NULL THEN
        RETURN refuse(
            'invalid_setting',
            format('%s cannot be %s.', setting.name, coalesce(nullif(btrim(value), ''), 'empty')),
            jsonb_build_object('field', 'value', 'name', setting.name)
        );
    END IF;
    IF code = 'currency' AND wanted <> setting.value AND EXISTS (SELECT FROM fin_accounts) THEN
        RETURN refuse(
            'currency_in_use',
            format('There are accounts in %s already, so the currency stays.', setting.value),
            jsonb_build_object('field', 'value')
        );
    END IF;
    IF (code = 'topUpMinimum' AND wanted::numeric > as_getSetting('topUpMaximum')::numeric)
        OR (code = 'topUpMaximum' AND wanted::numeric < as_getSetting('topUpMinimum')::numeric)
    THEN
        RETURN refuse(
            'invalid_limits', 'The smallest top-up cannot be above the largest.', jsonb_build_object('field', 'value')
        );
    END IF;

    UPDATE as_settings
    SET value = wanted, updatedAt = as_now()
    WHERE as_settings.code = as_setSetting.code;

    -- The hot reads find these in the one row of as_clock.
    IF code IN ('timeZone', 'tariffDefault', 'tariffGraceDays', 'secondPersonAbove', 'discountCombination') THEN
        UPDATE as_clock
        SET
            timeZone = CASE code WHEN 'timeZone' THEN wanted ELSE as_clock.timeZone END,
            defaultTariffID = CASE code WHEN 'tariffDefault' THEN nullif(wanted, '')::bigint ELSE as_clock.defaultTariffID END,
            graceDays = CASE code WHEN 'tariffGraceDays' THEN wanted::integer ELSE as_clock.graceDays END,
            secondPersonAbove = CASE code WHEN 'secondPersonAbove' THEN wanted::cash ELSE as_clock.secondPersonAbove END,
            discountCombination = CASE code WHEN 'discountCombination' THEN wanted ELSE as_clock.discountCombination END;
    END IF;

    RETURN as_record(
        asker, 'as_setSetting', asked, request, actor,
        done(
            'setting_saved',
            format('%s: %s', setting.name, wanted),
            jsonb_build_object('code', code, 'name', setting.name, 'before', setting.value, 'value', wanted)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_setSetting IS
'For administrators. The value is read by the setting''s type; timeZone, tariffDefault (a free tariff or empty),
tariffGraceDays, secondPersonAbove and discountCombination are copied to as_clock; the currency is fixed once an account exists. details: code, before, value.
Refuses: no_such_setting, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, invalid_setting, currency_in_use, invalid_limits.';

GRANT EXECUTE ON FUNCTION as_setSetting TO portal_web, portal_dba;
