-- How far a person is on the way to the next tier, and until when the present one is sure.
--
--   SELECT * FROM loy_tierProgress('alice');
--
CREATE OR REPLACE FUNCTION loy_tierProgress(username text)
RETURNS TABLE (
    tier text,
    purchases numeric,
    keepsFrom numeric,
    keepsUntil date,
    nextTier text,
    nextFrom numeric,
    missing numeric
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    today date := as_today();
    months integer := coalesce(as_getSetting('loyTierMonths'), '12')::integer;
    latest date := date_trunc('month', today)::date;
    bought numeric := loy_getPurchases(username, today);
BEGIN
    RETURN QUERY
    SELECT
        present.code,
        bought,
        present.minPurchases::numeric,
        (
            -- The first month at whose beginning too little of what is bought so far counts still.
            SELECT min(ahead.month)::date
            FROM generate_series(latest + interval '1 month', latest + make_interval(months => months), interval '1 month') AS ahead (month)
            WHERE
                present.minPurchases > 0
                AND loy_getPurchases(loy_tierProgress.username, ahead.month::date) < present.minPurchases
        ),
        coming.code,
        coming.minPurchases::numeric,
        CASE WHEN coming.code IS NOT NULL THEN greatest(coming.minPurchases - bought, 0) END
    FROM loy_accounts AS account
    INNER JOIN loy_tiers AS present ON account.tier = present.code
    LEFT JOIN loy_tiers AS coming
        ON coming.rank = (SELECT min(higher.rank) FROM loy_tiers AS higher WHERE higher.rank > present.rank)
    WHERE account.username = loy_tierProgress.username;
END;
$$;

COMMENT ON FUNCTION loy_tierProgress IS
'tier with what it needs (keepsFrom), what was bought in the months that count, and keepsUntil: the day on which it would be lost
if nothing more were bought, null where it never is. nextTier with what it needs and what is missing; null in the highest.';

GRANT EXECUTE ON FUNCTION loy_tierProgress TO portal_web, portal_marketing, portal_dba, portal_report;
