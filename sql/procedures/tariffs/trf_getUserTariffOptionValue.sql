-- The value of an option for a person on the tariff that is in force.
--
--   SELECT trf_getUserTariffOptionValue('alice', 'storage');
--
CREATE OR REPLACE FUNCTION trf_getUserTariffOptionValue(username text, optionCode text)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT coalesce(source.personal, source.tariff, source.standard)
        FROM trf_getOptionSources(username, optionCode) AS source
        WHERE NOT source.isDisabled
    );
END;
$$;

COMMENT ON FUNCTION trf_getUserTariffOptionValue IS
'The value, as text: the personal one, else the one of the tariff in force (after its deadline: of the default tariff),
else the option''s default. The words unlimited and denied are values of their own. Null is not set: also for an unknown
person or option, a disabled option, and a person on no tariff. trf_explainOptionValue says why.';

GRANT EXECUTE ON FUNCTION trf_getUserTariffOptionValue TO portal_web, portal_worker, portal_dba;
