-- What a till may show of an account: a masked name, the tier, what can be spent; null for a synthetic one.
--
--   SELECT loy_describeAccount('alice');
--
CREATE OR REPLACE FUNCTION loy_describeAccount(username text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
BEGIN
    RETURN (
        SELECT
            jsonb_build_object(
                'name', loy_maskName(as_users.name),
                'tier', loy_accounts.tier,
                'isBlocked', loy_accounts.isBlocked,
                'balance', purse.bonus::numeric(14, 2)::text,
                'service', purse.service::numeric(14, 2)::text
            )
        FROM loy_accounts
        INNER JOIN as_users ON as_users.username = loy_accounts.username
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(lot.remaining) FILTER (WHERE lot.unit = 'bonus'), 0) AS bonus,
                coalesce(sum(lot.remaining) FILTER (WHERE lot.unit = 'service'), 0) AS service
            FROM loy_validLots(loy_accounts.username, moment) AS lot
        ) AS purse
        WHERE loy_accounts.username = loy_describeAccount.username AND loy_accounts.isPerson
    );
END;
$$;

COMMENT ON FUNCTION loy_describeAccount IS
'{"name", "tier", "isBlocked", "balance", "service"}: the name masked, bonuses and service points as text with two decimals.';
