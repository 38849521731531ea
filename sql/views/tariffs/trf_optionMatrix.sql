-- Every option in every tariff: its own value, or the default that holds without one.
--
--   SELECT option, tariff, value, effective FROM trf_optionMatrix WHERE NOT tariff_is_disabled;
--
CREATE OR REPLACE VIEW trf_optionMatrix AS
SELECT
    option.id AS option_id,
    option.code,
    option.name AS option,
    option.description,
    option.type,
    option.unit,
    option.choices,
    option.defaultValue AS default_value,
    option.isDisabled AS option_is_disabled,
    option.sortOrder AS option_order,
    tariff.id AS tariff_id,
    tariff.name AS tariff,
    tariff.isDisabled AS tariff_is_disabled,
    tariff.sortOrder AS tariff_order,
    own.value,
    coalesce(own.value, option.defaultValue) AS effective,
    CASE
        WHEN own.value IS NOT NULL THEN 'tariff'
        WHEN option.defaultValue IS NOT NULL THEN 'default'
        ELSE 'none'
    END AS source,
    own.updatedAt AS updated_at
FROM as_trf_tariffOptions AS option
CROSS JOIN as_trf_tariffs AS tariff
LEFT JOIN as_trf_tariffOptionValues AS own ON option.id = own.optionID AND tariff.id = own.tariffID;

COMMENT ON VIEW trf_optionMatrix IS
'Options times tariffs. value: what the tariff itself says (null: not set); effective: that or the default; source: tariff,
default or none. A disabled option answers as not set whatever stands here.';

GRANT SELECT ON trf_optionMatrix TO portal_web, portal_dba, portal_report;
