-- Take away what the club knows of a person, and the bonuses.
--
--   SELECT loy_eraseAccount('alice', 'erasure of alice', 'root');
--
CREATE OR REPLACE FUNCTION loy_eraseAccount(username text, requestKey text, actor text)
RETURNS text[]
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    account loy_accounts := loy_openAccount(username);
    known text[] := ARRAY(SELECT loy_cards.number FROM loy_cards WHERE loy_cards.username = loy_eraseAccount.username)
        || account.birthday::text;
BEGIN
    PERFORM loy_releaseHold(held) FROM loy_holds AS held WHERE held.username = loy_eraseAccount.username;
    PERFORM loy_takeFromLot(lot.username, lot.lotID, lot.remaining, 'adjust', NULL, NULL, requestKey, actor)
    FROM loy_lots AS lot
    WHERE lot.username = loy_eraseAccount.username AND NOT lot.isSpent;

    DELETE FROM as_userKeys WHERE as_userKeys.username = loy_eraseAccount.username AND as_userKeys.key LIKE 'card:%';
    DELETE FROM loy_cards WHERE loy_cards.username = loy_eraseAccount.username;
    DELETE FROM loy_segmentMembers WHERE loy_segmentMembers.username = loy_eraseAccount.username;
    UPDATE loy_lots SET note = '' WHERE loy_lots.username = loy_eraseAccount.username AND loy_lots.note <> '';
    UPDATE loy_accounts
    SET birthday = NULL, isBlocked = true, blockNote = 'Erased'
    WHERE loy_accounts.username = loy_eraseAccount.username;

    RETURN known;
END;
$$;

COMMENT ON FUNCTION loy_eraseAccount IS
'Part of ctr_erasePerson. Birthday, cards and segments go; what is left of the lots is cancelled by moves; the account is blocked
for good. Receipts stay with the username, which is nobody''s name. Answers what of it may stand in the audit.';
