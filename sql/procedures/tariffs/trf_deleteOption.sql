-- Delete an option that has no values; one that is used is switched off instead.
--
--   SELECT * FROM trf_deleteOption(7);
--
CREATE OR REPLACE FUNCTION trf_deleteOption(
    optionID bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('optionID', optionID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    option as_trf_tariffOptions;
    tariffs bigint;
    members bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_deleteOption', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    -- Whoever is just giving a person a value holds the row, so that the questions below see it.
    SELECT * INTO option
    FROM as_trf_tariffOptions
    WHERE as_trf_tariffOptions.id = trf_deleteOption.optionID
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_option', format('There is no option %s.', optionID));
    END IF;

    SELECT count(*) INTO tariffs
    FROM as_trf_tariffOptionValues
    WHERE as_trf_tariffOptionValues.optionID = option.id;
    SELECT count(DISTINCT as_trf_userOptionValues.username) INTO members
    FROM as_trf_userOptionValues
    WHERE as_trf_userOptionValues.optionID = option.id;
    IF tariffs > 0 OR members > 0 THEN
        RETURN refuse(
            'in_use',
            format(
                '%s has a value in %s tariffs and for %s people. Clear them, or switch the option off instead.',
                option.name, tariffs, members
            ),
            jsonb_build_object('optionID', option.id, 'option', option.name, 'tariffs', tariffs, 'users', members)
        );
    END IF;

    DELETE FROM as_trf_tariffOptions WHERE as_trf_tariffOptions.id = option.id;

    RETURN as_record(
        asker, 'trf_deleteOption', asked, request, actor,
        done(
            'option_deleted',
            format('The option %s is deleted.', option.name),
            jsonb_build_object(
                'optionID', option.id, 'option', option.name, 'code', option.code,
                'before', trf_optionDetails(option), 'after', NULL
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_deleteOption IS
'Deletes an option that has no value in any tariff and never had one for a person. details: {optionID, option, code, before,
after}; of a refusal in_use {tariffs, users}. Answers option_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_option, in_use.';

GRANT EXECUTE ON FUNCTION trf_deleteOption TO portal_web, portal_dba;
