-- The frame of a statement: what was there before, what came and went on the days, what is left.
--
--   SELECT * FROM fin_getStatementTotals('alice', '2027-03-01', '2027-03-31');
--
CREATE OR REPLACE FUNCTION fin_getStatementTotals(username text, fromDay date DEFAULT NULL, untilDay date DEFAULT NULL)
RETURNS TABLE (
    from_day date,
    until_day date,
    opening numeric,
    came numeric,
    went numeric,
    closing numeric,
    movements bigint,
    currency text
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    -- Days given the wrong way round are turned; least and greatest pass over what is not given.
    latest date := greatest(coalesce(untilDay, as_today()), fromDay);
    earliest date := least(coalesce(fromDay, date_trunc('month', latest)::date), untilDay);
    starts timestamptz := earliest::timestamp AT TIME ZONE zone;
    ends timestamptz := (latest + 1)::timestamp AT TIME ZONE zone;
BEGIN
    RETURN QUERY
    SELECT
        earliest,
        latest,
        coalesce(sum(moved.amount) FILTER (WHERE moved.postedAt < starts), 0)::numeric(14, 2),
        coalesce(sum(moved.amount) FILTER (WHERE moved.postedAt >= starts AND moved.amount > 0), 0)::numeric(14, 2),
        coalesce(sum(moved.amount) FILTER (WHERE moved.postedAt >= starts AND moved.amount < 0), 0)::numeric(14, 2),
        coalesce(sum(moved.amount), 0)::numeric(14, 2),
        count(moved.id) FILTER (WHERE moved.postedAt >= starts),
        fin_accounts.currency::text
    FROM fin_accounts
    LEFT JOIN fin_finances AS moved
        ON
            moved.username = fin_accounts.username
            AND moved.version IS NOT NULL
            AND moved.postedAt < ends
    WHERE fin_accounts.username = fin_getStatementTotals.username
    GROUP BY fin_accounts.username, fin_accounts.currency;
END;
$$;

COMMENT ON FUNCTION fin_getStatementTotals IS
'Opening balance, sum of what came and of what went (negative), closing balance and number of movements for the days
fromDay to untilDay, both included, in the installation''s time zone; without them the current month until today. No row
when there is no such person.';

GRANT EXECUTE ON FUNCTION fin_getStatementTotals TO portal_web, portal_dba;
