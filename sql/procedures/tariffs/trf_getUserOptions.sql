-- Every option of a person with its value.
--
--   SELECT * FROM trf_getUserOptions('alice');
--
CREATE OR REPLACE FUNCTION trf_getUserOptions(username text)
RETURNS TABLE (code text, name text, description text, type text, unit text, value text, source text)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
    SELECT
        option.code,
        option.name,
        option.description,
        option.type,
        option.unit,
        coalesce(found.personal, found.tariff, found.standard),
        CASE
            WHEN found.personal IS NOT NULL THEN 'personal'
            WHEN found.tariff IS NOT NULL THEN 'tariff'
            WHEN found.standard IS NOT NULL THEN 'default'
            ELSE 'none'
        END
    FROM as_trf_tariffOptions AS option
    CROSS JOIN LATERAL trf_getOptionSources(trf_getUserOptions.username, option.code) AS found
    WHERE NOT option.isDisabled
    ORDER BY option.sortOrder, option.id
$$;

COMMENT ON FUNCTION trf_getUserOptions IS
'All options that are not disabled, in the catalogue''s order: value as trf_getUserTariffOptionValue gives it, source one of
personal, tariff, default, none.';

GRANT EXECUTE ON FUNCTION trf_getUserOptions TO portal_web, portal_dba;
