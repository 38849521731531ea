-- The months that reports show, by the business clock: this one and the thirty-five before it.
--
--   SELECT month FROM trf_reportMonths WHERE months_ago < 12 ORDER BY month;
--
CREATE OR REPLACE VIEW trf_reportMonths AS
SELECT
    ago.months AS months_ago,
    (
        date_trunc('month', (now() + clock.shift) AT TIME ZONE clock.timeZone) - make_interval(months => ago.months)
    )::date AS month
FROM as_clock AS clock
CROSS JOIN generate_series(0, 35) AS ago (months);

COMMENT ON VIEW trf_reportMonths IS
'The first days of this month (months_ago 0) and of the 35 before, so that a report also shows months in which nothing
happened.';

GRANT SELECT ON trf_reportMonths TO portal_web, portal_dba, portal_report;
