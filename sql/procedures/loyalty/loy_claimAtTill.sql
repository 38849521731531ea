-- Give a receipt that was bought without a card to who shows his card or phone at the till later.
--
--   SELECT * FROM loy_claimAtTill('s001', '+421 903 123 456', '{"till": "1", "businessDay": "2026-11-22", "number": "17"}', 79.80);
--
CREATE OR REPLACE FUNCTION loy_claimAtTill(storeID text, key text, sale jsonb, net numeric)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    buyer outcome;
    username text;
    refusal outcome;
    answer outcome;
BEGIN
    refusal := loy_checkStore(storeID);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkReturn(sale, '[{"line": 1, "quantity": 1}]');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF coalesce(sale ->> 'store', storeID) <> storeID THEN
        RETURN refuse('other_store', 'Its own store gives a receipt to somebody.', '{"field": "sale.store"}');
    END IF;
    buyer := loy_findBuyer(key);
    IF buyer.result = 0 THEN
        RETURN buyer;
    END IF;
    username := buyer.details ->> 'username';
    IF username IS NULL THEN
        RETURN refuse('no_such_account', 'Nobody has this phone or card.', '{"field": "key"}');
    END IF;

    PERFORM loy_lockPair(
        username,
        loy_findReceiptOwner(storeID, sale ->> 'till', loy_readDay(sale ->> 'businessDay'), sale ->> 'number')
    );
    answer := loy_enterClaim(
        username, storeID, sale ->> 'till', loy_readDay(sale ->> 'businessDay'), sale ->> 'number', net
    );
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    RETURN done(
        'receipt_claimed', answer.msg,
        jsonb_build_object(
            'account', loy_describeAccount(username), 'earned', answer.details ->> 'earned', 'currency', as_getSetting('currency')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_claimAtTill IS
'net is what was paid. Only receipts of the same store. The same again is answered the same. details: account, earned. Answers
receipt_claimed.
Refuses: no_such_store, store_closed, wrong_sale, no_lines, too_many_lines, wrong_line, wrong_quantity, other_store,
no_such_account, account_blocked, no_such_sale, receipt_taken, claim_too_late.';

GRANT EXECUTE ON FUNCTION loy_claimAtTill TO portal_till, portal_dba;
