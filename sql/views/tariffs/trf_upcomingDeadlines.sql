-- Whose tariff ends, when, and what happens then.
--
--   SELECT deadline, username, tariff, what_next FROM trf_upcomingDeadlines WHERE days_left <= 30 ORDER BY deadline, username;
--
CREATE OR REPLACE VIEW trf_upcomingDeadlines AS
SELECT
    ending.username,
    ending.name,
    ending.tariff_id,
    ending.tariff,
    ending.deadline,
    ending.days_left,
    CASE
        WHEN ending.scheduled_price IS NOT NULL THEN 'change'
        WHEN ending.renewal_period IS NOT NULL THEN 'renewal'
        ELSE 'end'
    END AS what_next,
    ending.scheduled_tariff,
    ending.renewal_period,
    ending.due::numeric(14, 2) AS due,
    ending.available,
    greatest(ending.due - ending.available, 0)::numeric(14, 2) AS missing,
    ending.currency
FROM (
    SELECT
        member.username,
        member.name,
        member.tariffID AS tariff_id,
        tariff.name AS tariff,
        member.tariffDeadline AS deadline,
        member.tariffDeadline - today.day AS days_left,
        next.name AS scheduled_tariff,
        waiting.price AS scheduled_price,
        member.renewalPeriod AS renewal_period,
        coalesce(
            waiting.price,
            CASE
                WHEN member.renewalPeriod IS NOT NULL
                    THEN cpn_getOwnPrice(member.username, tariff, member.renewalPeriod)
            END
        ) AS due,
        (account.balance - account.held)::numeric(14, 2) AS available,
        account.currency
    FROM as_users AS member
    INNER JOIN as_trf_tariffs AS tariff ON member.tariffID = tariff.id
    INNER JOIN fin_accounts AS account ON member.username = account.username
    CROSS JOIN (
        SELECT ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS day
        FROM as_clock AS clock
    ) AS today
    LEFT JOIN as_trf_scheduledChanges AS waiting ON member.username = waiting.username
    LEFT JOIN as_trf_tariffs AS next ON waiting.tariffID = next.id
    WHERE member.tariffDeadline > today.day
) AS ending;

COMMENT ON VIEW trf_upcomingDeadlines IS
'Tariffs that end after today. what_next: change (a scheduled one), renewal, or end; due is what that costs after personal
discounts (null: nothing is due) and missing what the balance lacks for it today.';

GRANT SELECT ON trf_upcomingDeadlines TO portal_web, portal_dba, portal_report;
