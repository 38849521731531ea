-- The people on each tariff, with deadline, balance and last change.
--
--   SELECT username, deadline, days_left, available FROM trf_tariffUsers WHERE tariff_id = 2 ORDER BY deadline_order, username;
--
CREATE OR REPLACE VIEW trf_tariffUsers AS
SELECT
    member.tariffID AS tariff_id,
    tariff.name AS tariff,
    member.username,
    member.name,
    member.email,
    member.tariffDeadline AS deadline,
    coalesce(member.tariffDeadline, 'infinity') AS deadline_order,
    member.tariffDeadline - today.day AS days_left,
    CASE
        WHEN member.tariffDeadline IS NULL THEN 'endless'
        WHEN member.tariffDeadline > today.day THEN 'running'
        WHEN trf_effectiveTariff(member, today.clock, today.day) = member.tariffID AND member.renewalPeriod IS NOT NULL
            THEN 'grace'
        ELSE 'expired'
    END AS state,
    member.renewalPeriod AS renewal_period,
    next.name AS scheduled_tariff,
    account.balance::numeric(14, 2) AS balance,
    (account.balance - account.held)::numeric(14, 2) AS available,
    account.currency,
    last.createdAt AS last_change_at,
    last.kind AS last_change,
    last.period AS last_period,
    last.paid::numeric(14, 2) AS last_paid
FROM as_users AS member
INNER JOIN as_trf_tariffs AS tariff ON member.tariffID = tariff.id
INNER JOIN fin_accounts AS account ON member.username = account.username
CROSS JOIN (
    SELECT
        clock,
        ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS day
    FROM as_clock AS clock
) AS today
LEFT JOIN as_trf_scheduledChanges AS waiting ON member.username = waiting.username
LEFT JOIN as_trf_tariffs AS next ON waiting.tariffID = next.id
LEFT JOIN LATERAL (
    SELECT
        purchase.createdAt,
        purchase.kind,
        purchase.period,
        purchase.paid
    FROM as_trf_tariffLog AS purchase
    WHERE purchase.username = member.username AND NOT purchase.isReversed
    ORDER BY purchase.number DESC
    LIMIT 1
) AS last ON true;

COMMENT ON VIEW trf_tariffUsers IS
'Who has a tariff, also past its deadline. state: endless, running, grace (its renewal waits for money) or expired; deadline
is the first day without it; deadline_order sorts those without end last; last_… is the last change that stands.';

GRANT SELECT ON trf_tariffUsers TO portal_web, portal_dba, portal_report;
