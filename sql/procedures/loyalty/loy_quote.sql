-- What a basket costs a buyer, with everything that is best for him; nothing is written.
--
--   SELECT * FROM loy_quote('s001', '+421 903 123 456', '{"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}], "pay": "max"}');
--
CREATE OR REPLACE FUNCTION loy_quote(storeID text, key text, basket jsonb, at timestamptz DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    deal loy_deal;
    buyer outcome;
    refusal outcome;
BEGIN
    refusal := loy_checkStore(storeID);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkBasket(basket);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    buyer := loy_findBuyer(key);
    IF buyer.result = 0 THEN
        RETURN buyer;
    END IF;

    deal := loy_makeDeal(buyer.details ->> 'username', storeID, loy_readBasket(basket), coalesce(at, as_now()));

    RETURN done(
        'quoted',
        format('To pay: %s %s.', deal.decision ->> 'net', as_getSetting('currency')),
        jsonb_build_object(
            'account', loy_describeAccount(buyer.details ->> 'username'),
            'decision', deal.decision,
            'currency', as_getSetting('currency')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_quote IS
'key: phone, card or QR code of the buyer, or null. As often as the basket changes: each time everything is decided anew. details:
account (masked name, tier, balance; null for nobody), decision (as loy_decide answers), currency.
Refuses: no_such_store, store_closed, no_such_account, account_blocked, no_lines, too_many_lines, wrong_line, wrong_quantity,
wrong_price, value_too_large, wrong_coupons, wrong_pay.';

GRANT EXECUTE ON FUNCTION loy_quote TO portal_web, portal_till, portal_dba;
