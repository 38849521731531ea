-- What must never be true of people, sessions, settings and the audit: no row in a healthy database.
--
--   SELECT * FROM as_violations;
--
CREATE OR REPLACE VIEW as_violations (rule, username, detail) AS
SELECT 'key_without_copy', as_userKeys.username, as_userKeys.key
FROM as_userKeys
LEFT JOIN as_users ON as_users.username = as_userKeys.username
WHERE
    as_users.username IS NULL
    OR (
        as_userKeys.key NOT LIKE 'card:%'
        AND as_userKeys.key NOT IN (
            coalesce('login:' || as_users.login, ''),
            coalesce('email:' || as_users.email, ''),
            coalesce('phone:' || as_users.phone, '')
        )
    )
UNION ALL
SELECT 'copy_without_key', as_users.username, copies.key
FROM as_users
CROSS JOIN LATERAL (
    VALUES ('login:' || as_users.login), ('email:' || as_users.email), ('phone:' || as_users.phone)
) AS copies (key)
WHERE
    copies.key IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM as_userKeys WHERE as_userKeys.key = copies.key AND as_userKeys.username = as_users.username
    )
UNION ALL
SELECT 'person_without_account', as_users.username, 'no fin_accounts row'
FROM as_users
LEFT JOIN fin_accounts ON fin_accounts.username = as_users.username
WHERE fin_accounts.username IS NULL
UNION ALL
SELECT 'account_in_other_currency', fin_accounts.username, fin_accounts.currency
FROM fin_accounts
WHERE fin_accounts.currency <> (SELECT as_settings.value FROM as_settings WHERE as_settings.code = 'currency')
UNION ALL
SELECT
    CASE
        WHEN as_users.username IS NULL THEN 'session_of_nobody'
        WHEN as_users.isLocked THEN 'session_of_locked_person'
        ELSE 'session_older_than_password'
    END,
    as_sessions.username,
    as_sessions.id
FROM as_sessions
LEFT JOIN as_users ON as_users.username = as_sessions.username
LEFT JOIN as_passwords ON as_passwords.username = as_sessions.username
WHERE
    as_sessions.endedAt IS NULL
    AND as_sessions.idleUntil > clock_timestamp()
    AND as_sessions.expiresAt > clock_timestamp()
    AND (as_users.username IS NULL OR as_users.isLocked OR as_sessions.createdAt < as_passwords.changedAt)
UNION ALL
SELECT 'clock_copy', '', copies.code
FROM as_clock
CROSS JOIN LATERAL (
    VALUES
    ('timeZone', as_clock.timeZone),
    ('tariffDefault', coalesce(as_clock.defaultTariffID::text, '')),
    ('tariffGraceDays', as_clock.graceDays::text),
    ('secondPersonAbove', as_clock.secondPersonAbove::text),
    ('discountCombination', as_clock.discountCombination)
) AS copies (code, value)
LEFT JOIN as_settings ON as_settings.code = copies.code
WHERE as_settings.value IS DISTINCT FROM copies.value
UNION ALL
SELECT 'clock_missing', '', 'as_clock has no row'
WHERE NOT EXISTS (SELECT FROM as_clock)
UNION ALL
SELECT 'movement_without_audit', fin_finances.username, fin_finances.id::text
FROM fin_finances
LEFT JOIN as_audit
    ON as_audit.username = fin_finances.username AND as_audit.requestKey = fin_finances.requestKey
WHERE as_audit.username IS NULL
UNION ALL
SELECT 'tariff_without_audit', as_trf_tariffLog.username, as_trf_tariffLog.number::text
FROM as_trf_tariffLog
LEFT JOIN as_audit
    ON as_audit.username = as_trf_tariffLog.username AND as_audit.requestKey = as_trf_tariffLog.requestKey
WHERE as_audit.username IS NULL;

COMMENT ON VIEW as_violations IS
'Keys and their copies in as_users agree; everybody has an account in the installation''s currency; no live session of a
locked person or from before the last change of the password; as_clock has what the settings say; every movement and every
tariff has the audit row of its request. username is empty where no person is concerned.';

GRANT SELECT ON as_violations TO portal_web, portal_dba, portal_report;
