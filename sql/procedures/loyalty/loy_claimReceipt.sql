-- Take a receipt that was bought without a card for one's own, so that it earns.
--
--   SELECT * FROM loy_claimReceipt('alice', 's001', '1', current_date, '17', 79.80);
--
CREATE OR REPLACE FUNCTION loy_claimReceipt(
    username text,
    storeID text,
    till text,
    businessDay date,
    number text,
    net numeric,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'storeID', storeID, 'till', till, 'businessDay', businessDay, 'number', number, 'net', net
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    refusal outcome;
    answer outcome;
BEGIN
    -- The nobody whose receipt it is comes before or after the person: both are locked in the order of their names.
    PERFORM loy_lockPair(username, loy_findReceiptOwner(storeID, till, businessDay, number));
    refusal := loy_judge(username, 'loy_claimReceipt', asked, requestKey, actor, 'desk');
    IF refusal.result IS NOT NULL THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkAccount(username);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    answer := loy_enterClaim(username, storeID, till, businessDay, number, net);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    RETURN as_record(username, 'loy_claimReceipt', asked, request, actor, answer);
END;
$$;

COMMENT ON FUNCTION loy_claimReceipt IS
'By the person, or by a manager for him. net is what was paid, as the receipt shows it: whoever only guesses numbers gets nothing.
Within loyClaimDays. What it would have earned then is given, less what has come back since. details: receiptID, earned. Answers
receipt_claimed.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
account_merged, account_blocked, no_such_sale, receipt_taken, claim_too_late.';

GRANT EXECUTE ON FUNCTION loy_claimReceipt TO portal_web, portal_dba;
