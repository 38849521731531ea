-- What moved through each system account on each of some days.
--
--   SELECT * FROM fin_getDailyTotals('2027-03-01', '2027-03-31');
--
CREATE OR REPLACE FUNCTION fin_getDailyTotals(fromDay date, untilDay date)
RETURNS TABLE (
    day date,
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
    zone text := (SELECT as_clock.timeZone FROM as_clock);
BEGIN
    -- By times and not by days, as the index has them.
    RETURN QUERY
    SELECT
        (fin_finances.postedAt AT TIME ZONE zone)::date,
        fin_finances.counterparty,
        fin_counterparties.name,
        count(*),
        sum(fin_finances.amount)::numeric(20, 2),
        fin_finances.currency::text
    FROM fin_finances
    INNER JOIN fin_counterparties ON fin_counterparties.code = fin_finances.counterparty
    WHERE
        fin_finances.version IS NOT NULL
        AND fin_finances.postedAt >= fromDay::timestamp AT TIME ZONE zone
        AND fin_finances.postedAt < (untilDay + 1)::timestamp AT TIME ZONE zone
    GROUP BY 1, fin_finances.counterparty, fin_counterparties.name, fin_finances.currency
    ORDER BY 1 DESC, fin_finances.counterparty;
END;
$$;

COMMENT ON FUNCTION fin_getDailyTotals IS
'The rows of fin_dailyTotals for the days from and until, both included, the latest first; quick on a long ledger.';

GRANT EXECUTE ON FUNCTION fin_getDailyTotals TO portal_web, portal_dba;
