-- Whose bonuses end soon, and nothing was told of that day yet.
--
--   SELECT * FROM loy_dueExpiries;
--
CREATE OR REPLACE VIEW loy_dueExpiries AS
SELECT ending.username, min(ending.day) AS day
FROM (
    SELECT DISTINCT lot.username, (lot.validTo AT TIME ZONE clock.timeZone)::date AS day
    FROM as_clock AS clock
    INNER JOIN as_settings AS setting ON setting.code = 'bonusExpiringDays' AND setting.value <> '0'
    CROSS JOIN LATERAL (SELECT now() + clock.shift AS moment) AS this
    CROSS JOIN LATERAL (
        SELECT
            ((this.moment AT TIME ZONE clock.timeZone)::date + setting.value::integer + 1)::timestamp
            AT TIME ZONE clock.timeZone AS moment
    ) AS horizon
    INNER JOIN loy_lots AS lot ON lot.validTo > this.moment AND lot.validTo < horizon.moment
    INNER JOIN loy_kinds AS kind ON kind.code = lot.kind AND kind.unit = 'bonus'
    INNER JOIN loy_accounts AS account ON account.username = lot.username
    INNER JOIN as_users AS member ON member.username = lot.username
    WHERE
        NOT lot.isSpent
        AND lot.validFrom <= this.moment
        AND NOT account.isBlocked
        AND account.mergedInto IS NULL
        AND NOT member.isLocked
) AS ending
WHERE
    NOT EXISTS (
        SELECT
        FROM job_outbox
        WHERE job_outbox.username = ending.username AND job_outbox.dedupKey = 'bonus_expiring:' || ending.day
    )
GROUP BY ending.username;

COMMENT ON VIEW loy_dueExpiries IS
'People with bonuses that end within bonusExpiringDays days, on a day of which loy_queueExpiryNotice has not told; day: the first.';

GRANT SELECT ON loy_dueExpiries TO portal_marketing, portal_dba, portal_report;
