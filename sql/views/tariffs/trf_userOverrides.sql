-- The values of options that people have of their own.
--
--   SELECT username, option, value, valid_from, valid_until, note FROM trf_userOverrides WHERE state = 'running';
--
CREATE OR REPLACE VIEW trf_userOverrides AS
SELECT
    own.username,
    own.id,
    option.id AS option_id,
    option.code,
    option.name AS option,
    option.type,
    option.unit,
    own.value,
    lower(own.during) AS valid_from,
    upper(own.during) AS valid_until,
    CASE
        WHEN lower(own.during) > today.day THEN 'waiting'
        WHEN upper(own.during) <= today.day THEN 'ended'
        ELSE 'running'
    END AS state,
    own.note,
    own.actor,
    own.createdAt AS created_at
FROM as_trf_userOptionValues AS own
INNER JOIN as_trf_tariffOptions AS option ON own.optionID = option.id
CROSS JOIN (
    SELECT ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS day
    FROM as_clock AS clock
) AS today;

COMMENT ON VIEW trf_userOverrides IS
'Personal option values, ended ones too. valid_until is the first day without it, null where it has no end; state: waiting,
running or ended.';

GRANT SELECT ON trf_userOverrides TO portal_web, portal_dba, portal_report;
