-- How many people are on each tariff today, and what they are worth a month.
--
--   SELECT tariff, users, share, monthly_income FROM trf_usersByTariff ORDER BY sort_order;
--
CREATE OR REPLACE VIEW trf_usersByTariff AS
SELECT
    tariff.id AS tariff_id,
    tariff.name AS tariff,
    tariff.sortOrder AS sort_order,
    tariff.isDisabled AS is_disabled,
    coalesce(counted.users, 0) AS users,
    coalesce(round(counted.users / sum(counted.users) OVER (), 4), 0) AS share,
    coalesce(counted.monthlyIncome, 0)::numeric(14, 2) AS monthly_income,
    currency.value AS currency
FROM as_trf_tariffs AS tariff
INNER JOIN as_settings AS currency ON currency.code = 'currency'
LEFT JOIN (
    SELECT
        people.tariffID AS tariff_id,
        count(*) AS users,
        round(sum(people.monthly), 2) AS monthlyIncome
    FROM (
        SELECT
            member.effective_tariff_id AS tariffID,
            running.monthly
        FROM trf_userTariffs AS member
        LEFT JOIN (
            SELECT
                purchase.username,
                purchase.paid / purchase.period AS monthly
            FROM as_trf_tariffLog AS purchase
            CROSS JOIN as_clock AS clock
            WHERE
                purchase.period > 0
                AND purchase.during @> ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date
        ) AS running ON member.username = running.username
    ) AS people
    GROUP BY people.tariffID
) AS counted ON tariff.id = counted.tariff_id;

COMMENT ON VIEW trf_usersByTariff IS
'By the tariff in force today (after a deadline: the default one). share is of all people who have one; monthly_income
spreads what was paid for the running periods over their months.';

GRANT SELECT ON trf_usersByTariff TO portal_web, portal_dba, portal_report;
