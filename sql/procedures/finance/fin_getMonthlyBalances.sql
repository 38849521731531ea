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
    earliest date := (latest - make_interval(months => least(greatest(months, 1), 120) - 1))::date;
    -- An array, because the planner, which takes a series for a thousand months, would plan anew for each person.
    calendar date[] := ARRAY(SELECT generate_series(earliest::timestamp, latest, '1 month')::date);
BEGIN
    -- From today's balance backwards, so that no more is read of a long history than is shown of it.
    RETURN QUERY
    WITH moved AS (
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
            AND fin_finances.postedAt >= earliest::timestamp AT TIME ZONE as_clock.timeZone
        GROUP BY 1
    )
    SELECT
        shown.starts,
        coalesce(moved.came, 0)::numeric(14, 2),
        coalesce(moved.went, 0)::numeric(14, 2),
        (
            fin_accounts.balance
            - coalesce((SELECT sum(later.amount) FROM moved AS later WHERE later.starts > shown.starts), 0)
        )::numeric(14, 2),
        fin_accounts.currency::text
    FROM unnest(calendar) AS shown (starts)
    INNER JOIN fin_accounts ON fin_accounts.username = fin_getMonthlyBalances.username
    LEFT JOIN moved ON moved.starts = shown.starts
    ORDER BY shown.starts;
END;
$$;

COMMENT ON FUNCTION fin_getMonthlyBalances IS
'One row a month of the installation''s calendar, the current one last: what came, what went (negative) and the balance at
its end. At most 120 months; no row when there is no such person.';

GRANT EXECUTE ON FUNCTION fin_getMonthlyBalances TO portal_web, portal_dba;
