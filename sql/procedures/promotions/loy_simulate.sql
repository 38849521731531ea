-- Decide a receipt, or a basket that is typed in, by another set of promotions, and tell why each promotion gives what it does.
--
--   SELECT details FROM loy_simulate(
--       basket => '{"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}]}', storeID => 's001', tier => 'gold'
--   );
--
CREATE OR REPLACE FUNCTION loy_simulate(
    setVersion bigint DEFAULT NULL,
    username text DEFAULT NULL,
    receiptID bigint DEFAULT NULL,
    basket jsonb DEFAULT NULL,
    storeID text DEFAULT NULL,
    tier text DEFAULT NULL,
    at timestamptz DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    tried bigint := loy_triedSet(setVersion);
    former bigint;
    sold loy_receipts;
    wanted jsonb;
    surroundings jsonb;
    purse jsonb := jsonb_build_array();
    moment timestamptz;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF tried IS NULL THEN
        RETURN refuse('no_such_set', 'There is no such set of promotions.', '{"field": "setVersion"}');
    END IF;
    IF NOT isfinite(at) THEN
        RETURN refuse('invalid_moment', 'That is no moment.', '{"field": "at"}');
    END IF;

    IF receiptID IS NOT NULL THEN
        SELECT * INTO sold
        FROM loy_receipts
        WHERE
            loy_receipts.username = loy_simulate.username
            AND loy_receipts.receiptID = loy_simulate.receiptID
            AND loy_receipts.kind = 'sale';
        IF NOT FOUND THEN
            RETURN refuse('no_such_receipt', 'There is no such sale.', '{"field": "receipt"}');
        END IF;
        wanted := sold.basket;
        surroundings := sold.context;
        purse := sold.lots;
        moment := coalesce(at, sold.decidedAt);
        former := sold.setVersion;
    ELSE
        refusal := loy_checkBasket(basket);
        IF refusal.result = 0 THEN
            refusal.details := refusal.details || '{"field": "basket"}';
            RETURN refusal;
        END IF;
        PERFORM FROM loy_stores WHERE loy_stores.storeID = loy_simulate.storeID;
        IF NOT FOUND THEN
            RETURN refuse('no_such_store', 'Choose a store.', '{"field": "storeID"}');
        END IF;
        PERFORM FROM loy_tiers WHERE loy_tiers.code = loy_simulate.tier;
        IF tier IS NOT NULL AND NOT FOUND THEN
            RETURN refuse('no_such_tier', 'Choose a tier.', '{"field": "tier"}');
        END IF;
        PERFORM FROM loy_accounts WHERE loy_accounts.username = loy_simulate.username;
        IF username IS NOT NULL AND NOT FOUND THEN
            RETURN refuse('no_such_account', format('%s has no club account.', username), '{"field": "username"}');
        END IF;
        moment := coalesce(at, as_now());
        former := loy_getSetAt(as_now());
        wanted := loy_readBasket(basket);
        surroundings := loy_contextOf(
            username, storeID, ARRAY(SELECT jsonb_array_elements_text(wanted -> 'coupons')), moment
        );
        IF tier IS NOT NULL THEN
            surroundings := surroundings || jsonb_build_object('tier', tier, 'isMember', true);
        END IF;
        purse := loy_lotsForDecision(username, moment);
    END IF;

    RETURN done(
        'simulated', format('By set %s, against set %s.', tried, coalesce(former::text, 'none')),
        jsonb_build_object(
            'setVersion', tried,
            'formerVersion', former,
            'at', moment,
            'basket', wanted,
            'context', surroundings,
            'was', CASE
                WHEN former IS NOT NULL
                    THEN loy_spreadGifts(loy_decide(wanted, surroundings, purse, coalesce(sold.decidedAt, moment), former))
            END,
            'would', loy_spreadGifts(loy_decide(wanted, surroundings, purse, moment, tried)),
            'explanation', (
                SELECT coalesce(jsonb_agg(to_jsonb(said)), '[]')
                FROM loy_explain(wanted, surroundings, purse, moment, tried) AS said
            ),
            'currency', as_getSetting('currency')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_simulate IS
'Writes nothing. By receiptID: a sale of username as it was stored, at its moment or another; was is what its own set gives.
By basket: as a till sends one, for a store and a tier or a person; was is what the set in force gives. would is what the open
draft, or the given set, gives. Bonuses given as a gift count as earned, as on a receipt. explanation: loy_explain of that.
Answers simulated.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, no_such_set, invalid_moment, no_such_receipt, no_lines,
too_many_lines, wrong_line, wrong_quantity, wrong_price, value_too_large, wrong_coupons, wrong_pay, no_such_store, no_such_tier,
no_such_account.';

GRANT EXECUTE ON FUNCTION loy_simulate TO portal_web, portal_dba;
