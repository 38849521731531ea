-- Switch an option off everywhere, or on again; its values are kept but answer as not set while it is off.
--
--   SELECT * FROM trf_setOptionDisabled(7, true);
--
CREATE OR REPLACE FUNCTION trf_setOptionDisabled(
    optionID bigint,
    isDisabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('optionID', optionID, 'isDisabled', isDisabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    option as_trf_tariffOptions;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_setOptionDisabled', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF isDisabled IS NULL THEN
        RETURN refuse('invalid_value', 'Say true or false.', '{"field": "isDisabled"}');
    END IF;
    SELECT * INTO option
    FROM as_trf_tariffOptions
    WHERE as_trf_tariffOptions.id = trf_setOptionDisabled.optionID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_option', format('There is no option %s.', optionID));
    END IF;

    UPDATE as_trf_tariffOptions
    SET
        isDisabled = trf_setOptionDisabled.isDisabled,
        updatedAt = moment
    WHERE as_trf_tariffOptions.id = option.id;

    RETURN as_record(
        asker, 'trf_setOptionDisabled', asked, request, actor,
        done(
            CASE WHEN isDisabled THEN 'option_switched_off' ELSE 'option_switched_on' END,
            format(
                CASE
                    WHEN isDisabled THEN 'The option %s is off: it answers as not set, its values are kept.'
                    ELSE 'The option %s is on again, with the values it had.'
                END,
                option.name
            ),
            jsonb_build_object(
                'optionID', option.id, 'option', option.name, 'code', option.code,
                'before', jsonb_build_object('isDisabled', option.isDisabled),
                'after', jsonb_build_object('isDisabled', isDisabled)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_setOptionDisabled IS
'Switches an option off (true: not offered, answers as not set) or on (false: with the values it had).
details: {optionID, option, code, before, after}. Answers option_switched_off, option_switched_on.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_option.';

GRANT EXECUTE ON FUNCTION trf_setOptionDisabled TO portal_web, portal_dba;
