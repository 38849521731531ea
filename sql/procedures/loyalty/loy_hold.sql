-- Promise a basket's price for some minutes, and set the bonuses aside that pay for it.
--
--   SELECT * FROM loy_hold('s001', '1', current_date, '17', '+421 903 123 456', '{"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}], "pay": "max"}');
--
CREATE OR REPLACE FUNCTION loy_hold(
    storeID text,
    till text,
    businessDay date,
    number text,
    key text,
    basket jsonb,
    body bytea DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    hash bytea := sha256(coalesce(body, convert_to(jsonb_build_array(key, basket)::text, 'UTF8')));
    ends timestamptz := moment + make_interval(mins => as_getSetting('loyHoldMinutes')::integer);
    owner text;
    held loy_holds;
    deal loy_deal;
    given jsonb;
    exhausted text[] := ARRAY[]::text[];
    lost text;
    told text;
    buyer outcome;
    refusal outcome;
BEGIN
    refusal := loy_checkReceipt(storeID, till, businessDay, number);
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
    IF loy_isEntered(storeID, till, businessDay, number) THEN
        RETURN refuse('receipt_entered', format('Receipt %s is entered already.', number), '{"field": "number"}');
    END IF;
    owner := loy_lockAccount(coalesce(
        buyer.details ->> 'username', loy_openSynthetic(storeID, concat_ws('/', till, businessDay, number))
    ));

    -- Its own till may have entered it while this one waited.
    IF loy_isEntered(storeID, till, businessDay, number) THEN
        RETURN refuse('receipt_entered', format('Receipt %s is entered already.', number), '{"field": "number"}');
    END IF;
    SELECT * INTO held
    FROM loy_holds
    WHERE
        loy_holds.username = owner
        AND loy_holds.storeID = loy_hold.storeID
        AND loy_holds.till = loy_hold.till
        AND loy_holds.businessDay = loy_hold.businessDay
        AND loy_holds.number = loy_hold.number;
    IF held.expiresAt > moment AND held.bodyHash = hash THEN
        RETURN done('held', 'The price is promised.', jsonb_build_object('answer', held.answer));
    END IF;

    PERFORM loy_releaseHold(held);
    given := loy_readBasket(basket);
    LOOP
        deal := loy_makeDeal(owner, storeID, given, moment, exhausted);
        lost := loy_takeBudgets(storeID, moment, deal.decision, number);
        EXIT WHEN lost IS NULL;
        exhausted := exhausted || lost;
    END LOOP;

    told := jsonb_build_object(
        'receipt', jsonb_build_object('store', storeID, 'till', till, 'businessDay', businessDay, 'number', number),
        'account', loy_describeAccount(owner),
        'expiresAt', loy_writeMoment(ends),
        'decision', deal.decision,
        'currency', as_getSetting('currency')
    )::text;
    INSERT INTO loy_holds (
        username, storeID, till, businessDay, number, bodyHash, basket, context, lots, decidedAt, setVersion, decision,
        answer, expiresAt, createdAt
    )
    VALUES (
        owner, storeID, till, businessDay, number, hash, given, deal.context, deal.lots, moment, deal.setVersion,
        deal.decision, told, ends, moment
    )
    RETURNING loy_holds.* INTO held;
    INSERT INTO loy_holdLots (username, holdID, lotID, amount)
    SELECT held.username, held.holdID, payment.lotID, sum(payment.amount)
    FROM loy_getPayments(deal.decision) AS payment
    GROUP BY payment.lotID;

    RETURN done('held', 'The price is promised.', jsonb_build_object('answer', told));
END;
$$;

COMMENT ON FUNCTION loy_hold IS
'Until loyHoldMinutes have passed, loy_commit of the same basket gets this price and these bonuses, whatever becomes of them
meanwhile. The same again gets the same answer; another basket of the same receipt takes the place of the first. details.answer:
what the till is told, as text.
Refuses: no_such_store, store_closed, wrong_till, wrong_number, wrong_day, too_late, no_such_account, account_blocked,
receipt_entered, no_lines, too_many_lines, wrong_line, wrong_quantity, wrong_price, value_too_large, wrong_coupons, wrong_pay.';

GRANT EXECUTE ON FUNCTION loy_hold TO portal_till, portal_dba;
