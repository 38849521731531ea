-- Make two club accounts of one person one: the first one stays.
--
--   SELECT * FROM loy_mergeAccounts('alice', 'alice2', 'two cards, one person');
--
CREATE OR REPLACE FUNCTION loy_mergeAccounts(
    username text,
    otherUsername text,
    note text DEFAULT '',
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('otherUsername', otherUsername, 'note', note);
    -- Both histories tell of it.
    theirs jsonb := jsonb_build_object('username', username, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    stays loy_accounts;
    goes loy_accounts;
    lot loy_lots;
    fresh bigint;
    told jsonb;
    answer outcome;
BEGIN
    -- Sorted, so that two of them never wait for each other.
    PERFORM
    FROM loy_accounts
    WHERE loy_accounts.username IN (loy_mergeAccounts.username, otherUsername)
    ORDER BY loy_accounts.username
    FOR NO KEY UPDATE;
    answer := loy_judge(username, 'loy_mergeAccounts', asked, requestKey, actor, 'manager');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_judgeMerge(username, otherUsername, actor);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    answer := as_replay(otherUsername, 'loy_mergeAccounts', theirs, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    IF length(note) > 1000 THEN
        RETURN refuse('too_long', 'A note has at most 1000 characters.', '{"field": "note", "maximum": 1000}');
    END IF;

    told := loy_mergeDetails(username, otherUsername);
    SELECT * INTO STRICT goes FROM loy_accounts WHERE loy_accounts.username = otherUsername;
    PERFORM loy_releaseHold(held) FROM loy_holds AS held WHERE held.username = otherUsername;

    FOR lot IN
        SELECT * FROM loy_lots WHERE loy_lots.username = otherUsername AND NOT loy_lots.isSpent ORDER BY loy_lots.lotID
    LOOP
        PERFORM loy_takeFromLot(otherUsername, lot.lotID, lot.remaining, 'merge', NULL, NULL, request, actor);
        fresh := loy_addLot(
            username, lot.kind, lot.remaining, lot.scope, lot.validFrom, lot.validTo,
            promotion => lot.promotion, restoresID => lot.restoresID, moveKind => 'merge', note => lot.note, requestKey => request, actor => actor
        );
        UPDATE loy_lots
        SET mergedFrom = otherUsername, mergedLotID = lot.lotID
        WHERE loy_lots.username = loy_mergeAccounts.username AND loy_lots.lotID = fresh;
    END LOOP;

    UPDATE as_userKeys
    SET username = loy_mergeAccounts.username
    WHERE as_userKeys.username = otherUsername AND as_userKeys.key LIKE 'card:%';
    UPDATE loy_cards
    SET username = loy_mergeAccounts.username
    WHERE loy_cards.username = otherUsername;

    INSERT INTO loy_purchases (username, month, amount, receipts)
    SELECT loy_mergeAccounts.username, bought.month, bought.amount, bought.receipts
    FROM loy_purchases AS bought
    WHERE bought.username = otherUsername
    ON CONFLICT ON CONSTRAINT loy_purchases_pkey DO UPDATE
    SET amount = loy_purchases.amount + excluded.amount, receipts = loy_purchases.receipts + excluded.receipts;
    DELETE FROM loy_purchases WHERE loy_purchases.username = otherUsername;
    INSERT INTO loy_segmentMembers (username, segment, createdAt)
    SELECT loy_mergeAccounts.username, belongs.segment, belongs.createdAt
    FROM loy_segmentMembers AS belongs
    WHERE belongs.username = otherUsername
    ON CONFLICT ON CONSTRAINT loy_segmentmembers_pkey DO NOTHING;
    DELETE FROM loy_segmentMembers WHERE loy_segmentMembers.username = otherUsername;

    UPDATE loy_accounts
    SET
        birthday = coalesce(loy_accounts.birthday, goes.birthday),
        birthdayYear = greatest(loy_accounts.birthdayYear, goes.birthdayYear),
        serviceYear = greatest(loy_accounts.serviceYear, goes.serviceYear)
    WHERE loy_accounts.username = loy_mergeAccounts.username
    RETURNING * INTO stays;
    UPDATE loy_accounts
    SET mergedInto = loy_mergeAccounts.username, birthday = NULL
    WHERE loy_accounts.username = otherUsername;

    PERFORM loy_setTier(stays, 'merged', request, actor);

    answer := done(
        'accounts_merged', format('The club account of %s is part of that of %s now.', otherUsername, username), told - 'otherName'
    );
    PERFORM as_record(otherUsername, 'loy_mergeAccounts', theirs, request, actor, answer);

    RETURN as_record(username, 'loy_mergeAccounts', asked, request, actor, answer);
END;
$$;

COMMENT ON FUNCTION loy_mergeAccounts IS
'By a manager. What the other one has left of every lot moves with its validity, so do cards, segments and purchases; open holds
of the other one are let go, and the tier is judged by what both have bought. Old receipts stay with the other one, whose phone
leads to the first one at the till. Sign-in, tariff and money of both people stay as they are: only the club knows that they are
one. details: as loy_mergeDetails says, but for the name. Answers accounts_merged.
Refuses: same_account, no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, too_long, receipts_waiting.';

GRANT EXECUTE ON FUNCTION loy_mergeAccounts TO portal_web, portal_dba;
