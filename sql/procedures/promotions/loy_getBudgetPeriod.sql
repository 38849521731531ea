-- The first day of the period of a budget that a moment falls into.
--
--   SELECT loy_getBudgetPeriod('month', now(), 'Europe/Bratislava');
--
CREATE OR REPLACE FUNCTION loy_getBudgetPeriod(budgetPeriod text, at timestamptz, timeZone text)
RETURNS date
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE budgetPeriod
        WHEN 'always' THEN date '1970-01-01'
        ELSE date_trunc(budgetPeriod, at AT TIME ZONE timeZone)::date
    END
$$;

COMMENT ON FUNCTION loy_getBudgetPeriod IS
'The first day of the day, week (from Monday), month or year by the clock of a time zone; 1970-01-01 for a budget that is
there once and for always.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION loy_getBudgetPeriod TO portal_web, portal_dba, portal_report;
