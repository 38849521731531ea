-- Add an option of tariffs, or save an existing one as a whole.
--
--   SELECT * FROM trf_saveOption(code => 'storage', name => 'Storage', type => 'number', unit => 'GB', defaultValue => '1');
--
CREATE OR REPLACE FUNCTION trf_saveOption(
    optionID bigint DEFAULT NULL,
    code text DEFAULT NULL,
    name text DEFAULT NULL,
    description text DEFAULT NULL,
    type text DEFAULT NULL,
    unit text DEFAULT NULL,
    choices text[] DEFAULT NULL,
    defaultValue text DEFAULT NULL,
    sortOrder integer DEFAULT NULL,
    expectedUpdatedAt timestamptz DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'optionID', optionID, 'code', code, 'name', name, 'description', description, 'type', type, 'unit', unit,
        'choices', choices, 'defaultValue', defaultValue, 'sortOrder', sortOrder
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted as_trf_tariffOptions;
    before as_trf_tariffOptions;
    moment timestamptz := clock_timestamp();
    misfits jsonb;
    named text;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_saveOption', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF optionID IS NOT NULL THEN
        -- Whoever is just giving a person a value holds the row, so that his value is judged below.
        SELECT * INTO before
        FROM as_trf_tariffOptions
        WHERE as_trf_tariffOptions.id = trf_saveOption.optionID
        FOR NO KEY UPDATE;

        IF NOT FOUND THEN
            RETURN refuse('no_such_option', format('There is no option %s.', optionID));
        END IF;
        IF before.updatedAt IS DISTINCT FROM coalesce(expectedUpdatedAt, before.updatedAt) THEN
            RETURN refuse(
                'changed_meanwhile',
                format('%s was changed by somebody else meanwhile. Look at it again.', before.name),
                trf_lastChange('optionID', before.id, before.updatedAt)
            );
        END IF;
    END IF;

    wanted := before;
    wanted.code := coalesce(btrim(code), before.code);
    wanted.name := coalesce(btrim(regexp_replace(name, '\s+', ' ', 'g')), before.name);
    wanted.description := coalesce(btrim(description), before.description, '');
    wanted.type := coalesce(type, before.type, 'text');
    wanted.unit := coalesce(btrim(unit), before.unit, '');
    wanted.sortOrder := coalesce(sortOrder, before.sortOrder);
    wanted.choices := coalesce(
        (
            SELECT array_agg(btrim(listed.choice) ORDER BY listed.place)
            FROM unnest(choices) WITH ORDINALITY AS listed (choice, place)
        ),
        CASE WHEN choices IS NULL AND wanted.type = before.type THEN before.choices END,
        '{}'
    );

    IF wanted.code IS NULL OR wanted.code !~ '^[A-Za-z][A-Za-z0-9_.-]{0,62}$' THEN
        RETURN refuse(
            'invalid_code',
            'A code starts with a letter and goes on with letters, digits, dots, dashes or underscores, 63 at most.',
            '{"field": "code"}'
        );
    END IF;
    PERFORM FROM as_trf_tariffOptions
    WHERE
        lower(as_trf_tariffOptions.code) = lower(wanted.code)
        AND as_trf_tariffOptions.id IS DISTINCT FROM trf_saveOption.optionID;
    IF FOUND THEN
        RETURN refuse(
            'code_taken', format('There is an option with the code %s already.', wanted.code),
            jsonb_build_object('field', 'code', 'code', wanted.code)
        );
    END IF;
    IF wanted.code <> before.code AND (
        EXISTS (SELECT FROM as_trf_tariffOptionValues WHERE as_trf_tariffOptionValues.optionID = before.id)
        OR EXISTS (SELECT FROM as_trf_userOptionValues WHERE as_trf_userOptionValues.optionID = before.id)
    ) THEN
        RETURN refuse(
            'code_in_use',
            format('%s has values, and programs ask for them by its code: it stays.', before.code),
            jsonb_build_object('field', 'code', 'code', before.code)
        );
    END IF;

    refusal := trf_checkName(wanted.name, wanted.description);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF wanted.type NOT IN ('text', 'number', 'yesno', 'choice') THEN
        RETURN refuse(
            'invalid_type', 'The type is text, number, yesno or choice.', '{"field": "type"}'
        );
    END IF;
    IF length(wanted.unit) > 30 THEN
        RETURN refuse('too_long', 'A unit has at most 30 characters.', '{"field": "unit", "maximum": 30}');
    END IF;
    refusal := trf_checkChoices(wanted.type, wanted.choices);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF defaultValue IS NOT NULL THEN
        refusal := trf_checkOptionValue(wanted, defaultValue, 'defaultValue');
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END IF;
    wanted.defaultValue := trf_readOptionValue(wanted.type, wanted.choices, defaultValue);

    SELECT jsonb_agg(
        jsonb_strip_nulls(jsonb_build_object('tariff', misfit.tariff, 'username', misfit.username, 'value', misfit.value))
    ) INTO misfits
    FROM (SELECT * FROM trf_misfits(optionID, wanted.type, wanted.choices) LIMIT 10) AS misfit;
    IF misfits IS NOT NULL THEN
        SELECT string_agg(
            format('%s (%s)', misfit ->> 'value', coalesce(misfit ->> 'tariff', misfit ->> 'username')), ', '
        ) INTO named
        FROM jsonb_array_elements(misfits) AS misfit;
        RETURN refuse(
            'values_do_not_fit',
            format('These values would not fit: %s. Change or clear them first.', named),
            jsonb_build_object(
                'field', CASE WHEN wanted.type = before.type THEN 'choices' ELSE 'type' END,
                'values', misfits, 'found', named
            )
        );
    END IF;

    IF optionID IS NULL THEN
        IF wanted.sortOrder IS NULL THEN
            SELECT coalesce(max(as_trf_tariffOptions.sortOrder), 0) + 10 INTO wanted.sortOrder
            FROM as_trf_tariffOptions;
        END IF;
        INSERT INTO as_trf_tariffOptions (
            code, name, description, type, unit, choices, defaultValue, isDisabled, sortOrder, createdAt, updatedAt
        )
        VALUES (
            wanted.code, wanted.name, wanted.description, wanted.type, wanted.unit, wanted.choices,
            wanted.defaultValue, false, wanted.sortOrder, moment, moment
        )
        RETURNING * INTO wanted;

        RETURN as_record(
            asker, 'trf_saveOption', asked, request, actor,
            done(
                'option_added',
                format('The option %s can now be given a value in each tariff.', wanted.name),
                jsonb_build_object(
                    'optionID', wanted.id, 'option', wanted.name, 'code', wanted.code,
                    'before', NULL, 'after', trf_optionDetails(wanted)
                )
            )
        );
    END IF;

    UPDATE as_trf_tariffOptions
    SET
        code = wanted.code,
        name = wanted.name,
        description = wanted.description,
        type = wanted.type,
        unit = wanted.unit,
        choices = wanted.choices,
        defaultValue = wanted.defaultValue,
        sortOrder = wanted.sortOrder,
        updatedAt = moment
    WHERE as_trf_tariffOptions.id = before.id
    RETURNING * INTO wanted;

    RETURN as_record(
        asker, 'trf_saveOption', asked, request, actor,
        done(
            'option_saved',
            format('The option %s is saved.', wanted.name),
            jsonb_build_object(
                'optionID', wanted.id, 'option', wanted.name, 'code', wanted.code,
                'before', trf_optionDetails(before), 'after', trf_optionDetails(wanted)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_saveOption IS
'Adds an option (optionID null; type text unless given) or saves an existing one: what is left out stays, except
defaultValue, which is then not set. The code is what programs ask by and stays once the option has values; type and choices
change only where every value still fits. expectedUpdatedAt: refuse when somebody changed it since (trf_options.updated_at).
details: {optionID, option, code, before, after}. Answers option_added, option_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_option, changed_meanwhile, invalid_code, code_taken, code_in_use, name_missing, too_long, invalid_type,
choices_not_wanted, choices_missing, choice_unreadable, reserved_word, choice_twice, value_missing, value_not_a_number,
value_not_yes_or_no, value_not_a_choice, values_do_not_fit (details.values names up to ten).';

GRANT EXECUTE ON FUNCTION trf_saveOption TO portal_web, portal_dba;
