-- Whether a value fits an option; null when it does, a refusal when not.
--
--   SELECT trf_checkOptionValue(as_trf_tariffOptions, 'lots') FROM as_trf_tariffOptions WHERE code = 'storage';
--
CREATE OR REPLACE FUNCTION trf_checkOptionValue(
    option as_trf_tariffOptions,
    value text,
    field text DEFAULT 'value'
)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF trf_readOptionValue(option.type, option.choices, value) IS NOT NULL THEN
        RETURN NULL;
    END IF;

    IF value IS NULL OR value !~ '\S' THEN
        RETURN refuse('value_missing', 'Give a value.', jsonb_build_object('field', field));
    END IF;
    IF length(value) > 1000 THEN
        RETURN refuse(
            'too_long', 'A value has at most 1000 characters.', jsonb_build_object('field', field, 'maximum', 1000)
        );
    END IF;
    IF option.type = 'number' THEN
        RETURN refuse(
            'value_not_a_number',
            format('%s takes a number such as 50 or 0.5, or the words unlimited or denied.', option.name),
            jsonb_build_object('field', field, 'option', option.name)
        );
    END IF;
    IF option.type = 'yesno' THEN
        RETURN refuse(
            'value_not_yes_or_no', format('%s takes yes or no, or the words unlimited or denied.', option.name),
            jsonb_build_object('field', field, 'option', option.name)
        );
    END IF;

    RETURN refuse(
        'value_not_a_choice',
        format('%s takes one of: %s.', option.name, array_to_string(option.choices, ', ')),
        jsonb_build_object(
            'field', field, 'option', option.name, 'choices', array_to_string(option.choices, ', ')
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_checkOptionValue IS
'Null when trf_readOptionValue can keep the value; field is the argument to blame.
Refuses: value_missing, too_long, value_not_a_number, value_not_yes_or_no, value_not_a_choice.';
