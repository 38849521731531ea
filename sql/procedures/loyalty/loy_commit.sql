-- Enter a sale, once: decide it, spend the bonuses that pay for it, and queue what it earns.
--
--   SELECT * FROM loy_commit('s001', '1', current_date, '17', '+421 903 123 456', '{"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}], "pay": "max"}');
--
CREATE OR REPLACE FUNCTION loy_commit(
    storeID text,
    till text,
    businessDay date,
    number text,
    key text,
    basket jsonb,
    soldAt timestamptz DEFAULT NULL,
    expectedNet numeric DEFAULT NULL,
    isOffline boolean DEFAULT false,
    body bytea DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
-- Every receipt asks the same, and planning takes longer than finding.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    moment timestamptz := as_now();
    hash bytea := sha256(coalesce(
        body, convert_to(jsonb_build_array(key, basket, soldAt, trim_scale(expectedNet), isOffline)::text, 'UTF8')
    ));
    wasOffline boolean := coalesce(isOffline, false);
    buyer outcome;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := loy_findAnswer(storeID, till, businessDay, number, hash);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := loy_checkReceipt(storeID, till, businessDay, number);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkBasket(basket);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF wasOffline AND soldAt IS NULL THEN
        RETURN refuse('invalid_value', 'Say when it was sold: it is decided by the promotions of that moment.', '{"field": "soldAt"}');
    END IF;
    IF soldAt NOT BETWEEN moment - interval '100 years' AND moment + interval '100 years' THEN
        RETURN refuse('invalid_value', 'That is too far from today.', '{"field": "soldAt"}');
    END IF;
    IF wasOffline AND soldAt < moment - make_interval(days => as_getSetting('loyOfflineDays')::integer) THEN
        RETURN refuse(
            'too_late',
            format('Receipts are taken for %s days; this one needs an administrator.', as_getSetting('loyOfflineDays')),
            jsonb_build_object('field', 'soldAt', 'days', as_getSetting('loyOfflineDays')::integer)
        );
    END IF;
    buyer := loy_findBuyer(key);
    -- What was sold without asking is sold: where nobody can be found for it, it is nobody's, and can be claimed.
    IF buyer.result = 0 AND NOT wasOffline THEN
        RETURN buyer;
    END IF;

    RETURN loy_enterSale(
        coalesce(
            CASE buyer.result WHEN 1 THEN buyer.details ->> 'username' END,
            loy_openSynthetic(storeID, concat_ws('/', till, businessDay, number))
        ),
        storeID, till, businessDay, number, loy_readBasket(basket), coalesce(soldAt, moment), expectedNet, wasOffline, hash, moment
    );
END;
$$;

COMMENT ON FUNCTION loy_commit IS
'Idempotent by (storeID, till, businessDay, number): what was sent before with the same body is answered as then, to the byte, in
details.answer; body: what the till sent, of which the SHA-256 is kept (the arguments where left out). A price that is held
(loy_hold) holds; else it is decided now, and where expectedNet is another sum nothing is written and details.decision is the new
price. soldAt: by the till''s clock, which is kept and decides nothing. isOffline: prices are final as sent, nothing is paid with
bonuses, what was held for it is let go, and it earns by the promotions in force at soldAt; a buyer who is not found leaves it to
be claimed. Bonuses earned are booked later.
Refuses: receipt_changed, no_such_store, store_closed, wrong_till, wrong_number, wrong_day, invalid_value (soldAt), too_late,
no_such_account, account_blocked, hold_differs, price_changed, no_lines, too_many_lines, wrong_line, wrong_quantity, wrong_price,
value_too_large, wrong_coupons, wrong_pay.';

GRANT EXECUTE ON FUNCTION loy_commit TO portal_till, portal_dba;
