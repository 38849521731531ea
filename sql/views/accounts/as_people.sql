-- Who is who.
--
--   SELECT * FROM as_people WHERE username = 'alice';
--
CREATE OR REPLACE VIEW as_people AS
SELECT
    as_users.username,
    as_users.name,
    as_users.login,
    as_users.email,
    as_users.phone,
    as_users.role,
    as_users.isLocked AS is_locked,
    as_users.locale,
    as_users.timeZone AS time_zone,
    as_users.theme,
    as_users.density,
    as_users.tariffID AS tariff_id,
    as_trf_tariffs.name AS tariff,
    as_users.tariffDeadline AS tariff_deadline,
    as_users.createdAt AS created_at,
    as_passwords.changedAt AS password_changed_at
FROM as_users
LEFT JOIN as_trf_tariffs ON as_trf_tariffs.id = as_users.tariffID
LEFT JOIN as_passwords ON as_passwords.username = as_users.username;

COMMENT ON VIEW as_people IS
'One row a person. tariff is the one in the books; what is in force today is judged by trf_userTariffs. time_zone is null
where the person follows the installation''s; password_changed_at is null without a password.';

GRANT SELECT ON as_people TO portal_web, portal_dba, portal_report;
