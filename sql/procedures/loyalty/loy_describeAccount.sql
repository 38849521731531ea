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
BEGIN
    RETURN (
        SELECT
            jsonb_build_object(
                'name', loy_maskName(as_users.name),
                'tier', loy_accounts.tier,
                'isBlocked', loy_accounts.isBlocked,
                'balance', loy_getBalance(loy_accounts.username)::text,
                'service', loy_getBalance(loy_accounts.username, NULL, 'service')::text
            )
        FROM loy_accounts
        INNER JOIN as_users ON as_users.username = loy_accounts.username
        WHERE loy_accounts.username = loy_describeAccount.username AND loy_accounts.isPerson
    );
END;
$$;

COMMENT ON FUNCTION loy_describeAccount IS
'{"name", "tier", "isBlocked", "balance", "service"}: the name masked, bonuses and service points as text with two decimals.';
