-- How much a person has bought that counts for the tier in a month.
--
--   SELECT loy_getPurchases('alice', as_today());
--
CREATE OR REPLACE FUNCTION loy_getPurchases(username text, day date)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    months integer := coalesce(as_getSetting('loyTierMonths'), '12')::integer;
    latest date := date_trunc('month', day)::date;
BEGIN
    RETURN (
        SELECT coalesce(sum(bought.amount), 0)
        FROM loy_purchases AS bought
        WHERE
            bought.username = loy_getPurchases.username
            AND bought.month <= latest
            AND (months = 0 OR bought.month > latest - make_interval(months => months))
    );
END;
$$;

COMMENT ON FUNCTION loy_getPurchases IS
'The sum of loy_purchases of the month of that day and the ones before it, loyTierMonths in all; all of them where that is 0.';
