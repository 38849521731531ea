-- What everybody's tariff is today.
--
--   SELECT tariff, deadline, days_left, state FROM trf_userTariffs WHERE username = 'alice';
--
CREATE OR REPLACE VIEW trf_userTariffs AS
SELECT
    judged.username,
    judged.tariff_id,
    own.name AS tariff,
    own.description,
    trf_getPrice(own, 1) AS monthly_price,
    CASE WHEN judged.tariff_id IS NOT NULL THEN cpn_getOwnPrice(judged.username, own, 1) END AS own_monthly_price,
    bought.starts_on,
    judged.deadline,
    judged.deadline - judged.today AS days_left,
    judged.deadline - bought.starts_on AS days_total,
    CASE
        WHEN judged.tariff_id IS NULL THEN 'none'
        WHEN judged.deadline IS NULL THEN 'endless'
        WHEN judged.deadline > judged.today THEN 'running'
        WHEN judged.effective_tariff_id = judged.tariff_id AND judged.renewal_period IS NOT NULL THEN 'grace'
        ELSE 'expired'
    END AS state,
    coalesce(judged.deadline > judged.today AND judged.deadline - judged.today <= judged.notice_days, false) AS ends_soon,
    CASE WHEN judged.renewal_period IS NOT NULL THEN judged.deadline + judged.grace_days END AS grace_until,
    judged.renewal_period,
    CASE
        WHEN judged.renewal_period IS NOT NULL THEN cpn_getOwnPrice(judged.username, own, judged.renewal_period)
    END AS renewal_price,
    judged.effective_tariff_id,
    effective.name AS effective_tariff,
    waiting.tariffID AS scheduled_tariff_id,
    next.name AS scheduled_tariff,
    waiting.period AS scheduled_period,
    waiting.price AS scheduled_price,
    CASE WHEN waiting.username IS NOT NULL THEN judged.deadline END AS scheduled_on
FROM (
    SELECT
        member.username,
        member.tariffID AS tariff_id,
        member.tariffDeadline AS deadline,
        member.renewalPeriod AS renewal_period,
        clock.graceDays AS grace_days,
        ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS today,
        trf_effectiveTariff(
            member, clock, ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date
        ) AS effective_tariff_id,
        coalesce((
            SELECT as_settings.value::integer
            FROM as_settings
            WHERE as_settings.code = 'tariffDaysLeftNotification'
        ), 5) AS notice_days
    FROM as_users AS member
    CROSS JOIN as_clock AS clock
) AS judged
LEFT JOIN as_trf_tariffs AS own ON judged.tariff_id = own.id
LEFT JOIN as_trf_tariffs AS effective ON judged.effective_tariff_id = effective.id
LEFT JOIN as_trf_scheduledChanges AS waiting ON judged.username = waiting.username
LEFT JOIN as_trf_tariffs AS next ON waiting.tariffID = next.id
LEFT JOIN LATERAL (
    -- The first day of the purchases that stand one after the other up to the deadline.
    SELECT min(lower(purchase.during)) AS starts_on
    FROM as_trf_tariffLog AS purchase
    WHERE
        purchase.username = judged.username
        AND purchase.replacedBy IS NULL
        AND NOT purchase.isReversed
        AND purchase.tariffID = judged.tariff_id
        AND (upper_inf(purchase.during) OR upper(purchase.during) > least(judged.today, judged.deadline - 1))
) AS bought ON true;

COMMENT ON VIEW trf_userTariffs IS
'One row a person, judged today. state: none, endless, running, grace (past the deadline, its renewal waits for money) or
expired; days_left counts to the deadline, the first day without; effective_tariff is whose options hold; own_monthly_price and renewal_price are after personal discounts; scheduled_… is a
change that waits for the deadline.';

GRANT SELECT ON trf_userTariffs TO portal_web, portal_worker, portal_dba, portal_report;
