-- The bonuses that can pay at a moment, as loy_decide takes them.
--
--   SELECT loy_lotsForDecision('alice', as_now());
--
CREATE OR REPLACE FUNCTION loy_lotsForDecision(username text, at timestamptz)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT
            coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'lotID', lot.lotID::text,
                        'kind', lot.kind,
                        'unit', lot.unit,
                        'priority', lot.priority,
                        'amount', lot.available::numeric(14, 2)::text,
                        -- In one zone, whoever asks: what is decided from it is kept and compared.
                        'validFrom', loy_writeMoment(lot.validFrom),
                        'validTo', loy_writeMoment(lot.validTo),
                        'scope', lot.scope
                    )
                    ORDER BY lot.priority, lot.validTo, lot.validFrom, lot.lotID
                ),
                '[]'
            )
        FROM loy_accounts AS account
        CROSS JOIN LATERAL loy_validLots(account.username, at) AS lot
        WHERE
            account.username = loy_lotsForDecision.username
            AND NOT account.isBlocked
            AND lot.available > 0
    );
END;
$$;

COMMENT ON FUNCTION loy_lotsForDecision IS
'loy_validLots as a list of objects, in the same order, with what is available of each. Moments are in UTC; validTo is null where
it never ends. A blocked account has none.';
