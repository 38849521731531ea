-- What came, what went and what was left in each of the last months.
--
--   SELECT * FROM fin_getMonthlyBalances('alice', 12);
--
CREATE OR REPLACE FUNCTION fin_getMonthlyBalances(username text, months integer DEFAULT 12)
RETURNS TABLE (month date, came numeric, went numeric, balance numeric, currency text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    latest date := date_trunc('month', as_today())::date;
BEGIN
    RETURN QUERY
    WITH calendar AS (
        SELECT (latest - make_interval(months => back))::date AS starts
        FROM generate_series(0, least(greatest(months, 1), 120) - 1) AS back
    ),
    moved AS (
        SELECT
            date_trunc('month', fin_finances.postedAt AT TIME ZONE as_clock.timeZone)::date AS starts,
            sum(fin_finances.amount) FILTER (WHERE fin_finances.amount > 0) AS came,
            sum(fin_finances.amount) FILTER (WHERE fin_finances.amount < 0) AS went,
            sum(fin_finances.amount) AS amount
        FROM fin_finances
        CROSS JOIN as_clock
        WHERE
            fin_finances.username = fin_getMonthlyBalances.username
            AND fin_finances.version IS NOT NULL
        GROUP BY 1
    )
    SELECT
        calendar.starts,
        coalesce(sum(moved.came) FILTER (WHERE moved.starts = calendar.starts), 0)::numeric(14, 2),
        coalesce(sum(moved.went) FILTER (WHERE moved.starts = calendar.starts), 0)::numeric(14, 2),
        coalesce(sum(moved.amount), 0)::numeric(14, 2),
        fin_accounts.currency::text
    FROM calendar
    INNER JOIN fin_accounts ON fin_accounts.username = fin_getMonthlyBalances.username
    LEFT JOIN moved ON moved.starts <= calendar.starts
    GROUP BY calendar.starts, fin_accounts.currency
    ORDER BY calendar.starts;
END;
$$;

COMMENT ON FUNCTION fin_getMonthlyBalances IS
'One row a month of the installation''s calendar, the current one last: what came, what went (negative) and the balance at
its end. At most 120 months; no row when there is no such person.';

GRANT EXECUTE ON FUNCTION fin_getMonthlyBalances TO portal_web, portal_dba;
