-- The value of a setting, as text; null when there is none of that code.
--
--   SELECT as_getSetting('tariffDaysLeftNotification');
--
CREATE OR REPLACE FUNCTION as_getSetting(code text)
RETURNS text
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (SELECT as_settings.value FROM as_settings WHERE as_settings.code = as_getSetting.code);
END;
$$;

COMMENT ON FUNCTION as_getSetting IS
'The value of a setting, as text; null when there is none of that code. as_settings lists them.';

GRANT EXECUTE ON FUNCTION as_getSetting TO portal_web, portal_worker, portal_dba;
