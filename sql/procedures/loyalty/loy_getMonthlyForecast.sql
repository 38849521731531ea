-- What is left at the beginning of each of the next months if nothing is spent and nothing earned.
--
--   SELECT * FROM loy_getMonthlyForecast('alice', 12);
--
CREATE OR REPLACE FUNCTION loy_getMonthlyForecast(username text, months integer DEFAULT 12)
RETURNS TABLE (day date, balance numeric, ends numeric)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    present timestamptz := as_now();
    calendar date[] := ARRAY(
        SELECT generate_series(
            date_trunc('month', as_today()) + interval '1 month',
            date_trunc('month', as_today()) + make_interval(months => least(greatest(loy_getMonthlyForecast.months, 1), 60)),
            '1 month'
        )::date
    );
BEGIN
    RETURN QUERY
    WITH lot AS (
        SELECT loy_lots.remaining, loy_lots.validFrom, loy_lots.validTo
        FROM loy_lots
        INNER JOIN loy_kinds ON loy_lots.kind = loy_kinds.code
        WHERE
            loy_lots.username = loy_getMonthlyForecast.username
            AND NOT loy_lots.isSpent
            AND loy_lots.validTo > present
            AND loy_kinds.unit = 'bonus'
    ),

    moments AS (
        SELECT as_today() AS day, present AS opens, NULL::timestamptz AS before
        UNION ALL
        SELECT shown.day, shown.day::timestamp AT TIME ZONE zone, lag(shown.day, 1, as_today())
            OVER (ORDER BY shown.day)::timestamp AT TIME ZONE zone
        FROM unnest(calendar) AS shown (day)
    )

    SELECT
        moments.day,
        coalesce(
            sum(lot.remaining) FILTER (WHERE lot.validFrom <= moments.opens AND lot.validTo > moments.opens), 0
        )::numeric(14, 2),
        coalesce(
            sum(lot.remaining) FILTER (WHERE lot.validTo > moments.before AND lot.validTo <= moments.opens), 0
        )::numeric(14, 2)
    FROM moments
    LEFT JOIN lot ON true
    GROUP BY moments.day, moments.opens
    ORDER BY moments.day;
END;
$$;

COMMENT ON FUNCTION loy_getMonthlyForecast IS
'Today and the first day of each of the next months: balance is what would be valid then, also what waits today; ends is what
ended since the row before. Bonuses only, no service points. At most 60 months.';

GRANT EXECUTE ON FUNCTION loy_getMonthlyForecast TO portal_web, portal_dba;
