-- Who has this phone, card or QR code, as far as a till may know, and what he can spend.
--
--   SELECT * FROM loy_tellAccount('s001', '+421 903 123 456');
--
CREATE OR REPLACE FUNCTION loy_tellAccount(storeID text, key text, withForecast boolean DEFAULT false)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    buyer record;
    refusal outcome;
BEGIN
    refusal := loy_checkStore(storeID);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO buyer FROM loy_identify(key);
    IF buyer.username IS NULL THEN
        RETURN refuse(
            'no_such_account', 'Nobody has this phone or card.',
            jsonb_build_object('field', 'key', 'why', buyer.reason)
        );
    END IF;

    RETURN done(
        'account_found',
        format('%s, %s.', buyer.name, buyer.tier),
        jsonb_build_object('account', loy_describeAccount(buyer.username), 'currency', as_getSetting('currency'))
        || CASE
            WHEN withForecast THEN jsonb_build_object(
                'forecast',
                (
                    SELECT coalesce(
                        jsonb_agg(
                            jsonb_build_object(
                                'until', loy_writeMoment(ends.until), 'kind', ends.kind, 'amount', ends.amount::numeric(14, 2)::text
                            )
                            ORDER BY ends.until, ends.kind
                        ),
                        '[]'
                    )
                    FROM loy_getForecast(buyer.username) AS ends
                )
            )
            ELSE '{}'
        END
    );
END;
$$;

COMMENT ON FUNCTION loy_tellAccount IS
'details.account: masked name, tier, balance, service points, whether it is blocked; forecast: how much ends when, where asked for.
Refuses: no_such_store, store_closed, no_such_account (details: why, where a card is blocked, replaced or misread).';

GRANT EXECUTE ON FUNCTION loy_tellAccount TO portal_till, portal_dba;
