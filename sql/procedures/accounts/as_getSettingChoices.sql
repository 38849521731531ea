-- The values that a setting of type choice can have; null for any other.
--
--   SELECT as_getSettingChoices('tariffUnusedDays');
--
CREATE OR REPLACE FUNCTION as_getSettingChoices(code text)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE as_getSettingChoices.code
            WHEN 'tariffUnusedDays' THEN ARRAY['credit', 'forfeit']
            WHEN 'discountCombination' THEN ARRAY['sum', 'sequential', 'best']
            WHEN 'loyReturnPolicy' THEN ARRAY['onlyPending', 'withinBalance', 'unlimited']
        END
$$;

COMMENT ON FUNCTION as_getSettingChoices IS 'The values that a setting of type choice can have; null for any other.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION as_getSettingChoices TO portal_web, portal_worker, portal_dba, portal_report;
