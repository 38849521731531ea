-- An option as the audit keeps it: everything that an administrator can change.
--
--   SELECT trf_optionDetails(as_trf_tariffOptions) FROM as_trf_tariffOptions;
--
CREATE OR REPLACE FUNCTION trf_optionDetails(option as_trf_tariffOptions)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT jsonb_build_object(
        'code', option.code,
        'name', option.name,
        'description', option.description,
        'type', option.type,
        'unit', option.unit,
        'choices', option.choices,
        'defaultValue', option.defaultValue,
        'isDisabled', option.isDisabled,
        'sortOrder', option.sortOrder
    )
$$;

COMMENT ON FUNCTION trf_optionDetails IS 'An option as details.before and details.after of the audit show it.';
