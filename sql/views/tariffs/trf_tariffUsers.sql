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
    coalesce(member.tariffDeadline, '9999-12-31') AS deadline_order,
    present.days_left,
    present.state,
    member.renewalPeriod AS renewal_period,
    present.scheduled_tariff,
    account.balance::numeric(14, 2) AS balance,
    (account.balance - account.held)::numeric(14, 2) AS available,
    account.currency,
    last.createdAt AS last_change_at,
    last.kind AS last_change,
    last.period AS last_period,
    last.paid::numeric(14, 2) AS last_paid
FROM as_users AS member
INNER JOIN trf_userTariffs AS present ON member.username = present.username
INNER JOIN as_trf_tariffs AS tariff ON member.tariffID = tariff.id
INNER JOIN fin_accounts AS account ON member.username = account.username
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
