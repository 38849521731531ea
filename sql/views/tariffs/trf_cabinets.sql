-- What a customer's cabinet opens with: the tariff, the money behind it, what waits, and the first steps.
--
--   SELECT tariff, deadline, balance, missing, waiting FROM trf_cabinets WHERE username = 'alice';
--
CREATE OR REPLACE VIEW trf_cabinets AS
SELECT
    trf_userTariffs.username,
    trf_userTariffs.tariff_id,
    trf_userTariffs.tariff,
    trf_userTariffs.description,
    trf_userTariffs.monthly_price,
    trf_userTariffs.own_monthly_price,
    trf_userTariffs.starts_on,
    trf_userTariffs.deadline,
    trf_userTariffs.days_left,
    trf_userTariffs.days_total,
    trf_userTariffs.state,
    trf_userTariffs.ends_soon,
    trf_userTariffs.grace_until,
    trf_userTariffs.renewal_period,
    trf_userTariffs.renewal_price,
    trf_userTariffs.effective_tariff_id,
    trf_userTariffs.effective_tariff,
    trf_userTariffs.scheduled_tariff_id,
    trf_userTariffs.scheduled_tariff,
    trf_userTariffs.scheduled_period,
    trf_userTariffs.scheduled_price,
    trf_userTariffs.scheduled_on,
    fin_balances.balance,
    fin_balances.held,
    fin_balances.available,
    fin_balances.currency,
    trf_upcomingDeadlines.missing,
    asked.waiting,
    asked.waiting_amount,
    trf_firstSteps.is_new,
    trf_firstSteps.has_tariff,
    trf_firstSteps.has_money,
    trf_firstSteps.has_contacts,
    (
        SELECT jsonb_agg(jsonb_build_object(
            'percentage', own.percentage, 'reason', own.reason, 'tariffs', own.tariffs, 'periods', own.periods
        ) ORDER BY own.percentage DESC, own.id ASC)
        FROM cpn_discountList AS own
        WHERE own.username = trf_userTariffs.username AND own.state = 'active'
    ) AS discounts
FROM trf_userTariffs
INNER JOIN fin_balances ON trf_userTariffs.username = fin_balances.username
INNER JOIN trf_firstSteps ON trf_userTariffs.username = trf_firstSteps.username
LEFT JOIN trf_upcomingDeadlines ON trf_userTariffs.username = trf_upcomingDeadlines.username
CROSS JOIN LATERAL (
    SELECT
        count(*) AS waiting,
        sum(fin_requests.amount) AS waiting_amount
    FROM fin_requests
    WHERE fin_requests.username = trf_userTariffs.username AND fin_requests.kind = 'request'
) AS asked;

COMMENT ON VIEW trf_cabinets IS
'One row a person: what trf_userTariffs, fin_balances and trf_firstSteps say; missing: what the balance lacks for what happens
at the deadline; discounts: the personal ones that count now, as in cpn_discountList; waiting and waiting_amount: top-ups that were asked for and are not confirmed yet.';

GRANT SELECT ON trf_cabinets TO portal_web, portal_dba, portal_report;
