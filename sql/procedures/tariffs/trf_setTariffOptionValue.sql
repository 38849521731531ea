-- Give an option its value in a tariff; null clears it, and then the option's default holds.
--
--   SELECT * FROM trf_setTariffOptionValue(20, 7, '50');
--
CREATE OR REPLACE FUNCTION trf_setTariffOptionValue(
    tariffID bigint,
    optionID bigint,
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
    asked jsonb := jsonb_build_object('tariffID', tariffID, 'optionID', optionID, 'value', value);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    tariff as_trf_tariffs;
    option as_trf_tariffOptions;
    before text;
    wanted text;
    members bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_setTariffOptionValue', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO tariff FROM as_trf_tariffs WHERE as_trf_tariffs.id = trf_setTariffOptionValue.tariffID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_tariff', format('There is no tariff %s.', tariffID));
    END IF;
    SELECT * INTO option FROM as_trf_tariffOptions WHERE as_trf_tariffOptions.id = trf_setTariffOptionValue.optionID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_option', format('There is no option %s.', optionID));
    END IF;
    IF value IS NOT NULL THEN
        refusal := trf_checkOptionValue(option, value);
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END IF;

    SELECT own.value INTO before
    FROM as_trf_tariffOptionValues AS own
    WHERE own.tariffID = tariff.id AND own.optionID = option.id;

    wanted := trf_readOptionValue(option.type, option.choices, value);
    IF wanted IS NULL THEN
        DELETE FROM as_trf_tariffOptionValues AS own WHERE own.tariffID = tariff.id AND own.optionID = option.id;
    ELSE
        INSERT INTO as_trf_tariffOptionValues AS own (tariffID, optionID, value, updatedAt)
        VALUES (tariff.id, option.id, wanted, moment)
        ON CONFLICT ON CONSTRAINT as_trf_tariffoptionvalues_pkey
        DO UPDATE SET
            value = excluded.value,
            updatedAt = excluded.updatedAt;
    END IF;

    SELECT count(*) INTO members FROM as_users WHERE as_users.tariffID = tariff.id;

    RETURN as_record(
        asker, 'trf_setTariffOptionValue', asked, request, actor,
        done(
            CASE WHEN wanted IS NULL THEN 'option_value_cleared' ELSE 'option_value_set' END,
            CASE
                WHEN wanted IS NULL
                    THEN format(
                        '%s in %s is not set; its default holds: %s.',
                        option.name, tariff.name, coalesce(option.defaultValue, 'none')
                    )
                ELSE format('%s in %s is now %s.', option.name, tariff.name, wanted)
            END,
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'optionID', option.id, 'option', option.name,
                'code', option.code, 'before', before, 'after', wanted, 'users', members
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_setTariffOptionValue IS
'Gives an option its value in a tariff, for all who have it from now on. The words unlimited and denied are values of every
type; null clears the value, and then the option''s default holds. details: {tariffID, tariff, optionID, option, code,
before, after, users}. Answers option_value_set, option_value_cleared.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_tariff, no_such_option, value_missing, too_long, value_not_a_number, value_not_yes_or_no, value_not_a_choice.';

GRANT EXECUTE ON FUNCTION trf_setTariffOptionValue TO portal_web, portal_dba;
