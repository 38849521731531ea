-- Who has birthday and has no bonus for it yet.
--
--   SELECT * FROM loy_dueBirthdays;
--
CREATE OR REPLACE VIEW loy_dueBirthdays AS
SELECT DISTINCT account.username
FROM as_clock AS clock
CROSS JOIN LATERAL (SELECT ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS day) AS today
CROSS JOIN generate_series(0, 31) AS back
CROSS JOIN LATERAL (SELECT today.day - back AS day) AS past
-- Who was born on 29 February is looked for on 28 February too, and judged below.
INNER JOIN loy_accounts AS account
    ON extract(MONTH FROM account.birthday) = extract(MONTH FROM past.day)
    AND extract(DAY FROM account.birthday) IN (
        extract(DAY FROM past.day), CASE WHEN to_char(past.day, 'MMDD') = '0228' THEN 29 ELSE extract(DAY FROM past.day) END
    )
INNER JOIN loy_tiers AS tier ON account.tier = tier.code
WHERE
    NOT account.isBlocked
    AND account.mergedInto IS NULL
    AND tier.birthdayBonus > 0
    AND loy_getLastBirthday(account.birthday, today.day) >= today.day - 30
    AND coalesce(account.birthdayYear, 0) < extract(YEAR FROM loy_getLastBirthday(account.birthday, today.day));

COMMENT ON VIEW loy_dueBirthdays IS
'People whose birthday is today or was in the last 30 days, in a tier that gives something, and loy_grantBirthday has not given it.';

GRANT SELECT ON loy_dueBirthdays TO portal_marketing, portal_dba, portal_report;
