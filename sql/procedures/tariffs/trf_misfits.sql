-- The values of an option that would not fit another type or other choices.
--
--   SELECT * FROM trf_misfits(7, 'number', '{}');
--
CREATE OR REPLACE FUNCTION trf_misfits(optionID bigint, type text, choices text[])
RETURNS TABLE (tariff text, username text, value text)
LANGUAGE sql
STABLE
AS $$
    SELECT
        as_trf_tariffs.name,
        NULL,
        as_trf_tariffOptionValues.value
    FROM as_trf_tariffOptionValues
    INNER JOIN as_trf_tariffs ON as_trf_tariffs.id = as_trf_tariffOptionValues.tariffID
    WHERE
        as_trf_tariffOptionValues.optionID = trf_misfits.optionID
        AND trf_readOptionValue(trf_misfits.type, trf_misfits.choices, as_trf_tariffOptionValues.value)
        IS DISTINCT FROM as_trf_tariffOptionValues.value
    UNION ALL
    SELECT
        NULL,
        as_trf_userOptionValues.username,
        as_trf_userOptionValues.value
    FROM as_trf_userOptionValues
    WHERE
        as_trf_userOptionValues.optionID = trf_misfits.optionID
        AND trf_readOptionValue(trf_misfits.type, trf_misfits.choices, as_trf_userOptionValues.value)
        IS DISTINCT FROM as_trf_userOptionValues.value
$$;

COMMENT ON FUNCTION trf_misfits IS
'Values in tariffs and of people that could not stand as they are if the option had this type and these choices.';
