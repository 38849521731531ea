-- The options of tariffs.
--
--   SELECT code, option, type, unit, default_value FROM trf_options ORDER BY sort_order, option_id;
--
CREATE OR REPLACE VIEW trf_options AS
SELECT
    option.id AS option_id,
    option.code,
    option.name AS option,
    option.description,
    option.type,
    option.unit,
    option.choices,
    option.defaultValue AS default_value,
    option.isDisabled AS is_disabled,
    option.sortOrder AS sort_order,
    (
        SELECT count(*)
        FROM as_trf_tariffOptionValues AS own
        WHERE own.optionID = option.id
    ) AS tariffs,
    (
        SELECT count(DISTINCT personal.username)
        FROM as_trf_userOptionValues AS personal
        WHERE personal.optionID = option.id
    ) AS users,
    option.updatedAt AS updated_at
FROM as_trf_tariffOptions AS option;

COMMENT ON VIEW trf_options IS
'All options. tariffs: how many give it a value; users: how many people have or had a value of their own. updated_at is what
trf_saveOption takes as expectedUpdatedAt.';

GRANT SELECT ON trf_options TO portal_web, portal_dba, portal_report;
