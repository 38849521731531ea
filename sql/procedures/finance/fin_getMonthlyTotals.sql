-- What moved through each system account in each of the last months.
--
--   SELECT * FROM fin_getMonthlyTotals(12);
--
CREATE OR REPLACE FUNCTION fin_getMonthlyTotals(months integer)
RETURNS TABLE (
    month date,
    kind text,
    counterparty text,
    counterparty_name text,
    movements bigint,
    amount numeric,
    currency text
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    today date := as_today();
    first date := (
        date_trunc('month', today::timestamp) - make_interval(months => least(greatest(months, 1), 1200) - 1)
    )::date;
BEGIN
    RETURN QUERY
    SELECT
        date_trunc('month', days.day::timestamp)::date,
        split_part(days.counterparty, ':', 1),
        days.counterparty,
        days.counterparty_name,
        sum(days.movements)::bigint,
        sum(days.amount)::numeric(20, 2),
        days.currency
    FROM fin_getDailyTotals(first, today) AS days
    GROUP BY 1, days.counterparty, days.counterparty_name, days.currency
    ORDER BY 1, days.counterparty;
END;
$$;

COMMENT ON FUNCTION fin_getMonthlyTotals IS
'Number and sum of movements by month (its first day, installation''s time zone) and system account: this month and those before
it. kind is source (top-ups), income or expense; amount as the people see it, so income is negative.';

GRANT EXECUTE ON FUNCTION fin_getMonthlyTotals TO portal_web, portal_dba;
