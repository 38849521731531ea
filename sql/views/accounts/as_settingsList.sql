-- The settings with what their values can be.
--
--   SELECT * FROM as_settingsList ORDER BY sort_order;
--
CREATE OR REPLACE VIEW as_settingsList AS
SELECT
    as_settings.code,
    as_settings.name,
    as_settings.type,
    as_settings.value,
    as_settings.description,
    as_getSettingChoices(as_settings.code) AS choices,
    CASE WHEN as_settings.type = 'integer' THEN lower(as_getSettingRange(as_settings.code)) END AS minimum,
    CASE WHEN as_settings.type = 'integer' THEN upper(as_getSettingRange(as_settings.code)) - 1 END AS maximum,
    as_settings.sortOrder AS sort_order,
    as_settings.updatedAt AS updated_at
FROM as_settings;

COMMENT ON VIEW as_settingsList IS 'One row a setting; as_setSetting(code, value) changes one.';

GRANT SELECT ON as_settingsList TO portal_web, portal_dba, portal_report;
