-- In which hours each person is not disturbed.
--
--   SELECT * FROM ntf_quietHours WHERE username = 'alice';
--
CREATE OR REPLACE VIEW ntf_quietHours AS
SELECT
    as_users.username,
    coalesce(as_users.timeZone, as_clock.timeZone) AS time_zone,
    left(coalesce(ntf_preferences.quietFrom::text, installed.quietFrom), 5) AS quiet_from,
    left(coalesce(ntf_preferences.quietTo::text, installed.quietTo), 5) AS quiet_to,
    ntf_preferences.username IS NOT NULL AS is_own
FROM as_users
CROSS JOIN as_clock
CROSS JOIN (
    SELECT
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesQuietFrom') AS quietFrom,
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesQuietTo') AS quietTo
    FROM as_settings
    WHERE as_settings.code IN ('messagesQuietFrom', 'messagesQuietTo')
) AS installed
LEFT JOIN ntf_preferences ON ntf_preferences.username = as_users.username;

COMMENT ON VIEW ntf_quietHours IS
'Hours and minutes by the clock of the person''s time zone; is_own: chosen by the person, else the installation''s. The same time twice:
none.';

GRANT SELECT ON ntf_quietHours TO portal_web, portal_worker, portal_marketing, portal_dba, portal_report;
