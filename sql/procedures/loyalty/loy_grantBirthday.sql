-- Give a person the birthday bonus of this year.
--
--   SELECT * FROM loy_grantBirthday('alice');
--
CREATE OR REPLACE FUNCTION loy_grantBirthday(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := gen_random_uuid()::text;
    today date := as_today();
    account loy_accounts;
    celebrated date;
    bonus cash;
    lot bigint;
    until date;
    refusal outcome;
BEGIN
    SELECT * INTO account
    FROM loy_accounts
    WHERE loy_accounts.username = loy_grantBirthday.username
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT account.isPerson THEN
        RETURN refuse('no_such_account', format('%s has no account in the club.', username));
    END IF;
    refusal := loy_checkAccount(username);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    celebrated := loy_getLastBirthday(account.birthday, today);
    -- Days late, where the worker was away; but nobody joins the club for a birthday long past.
    IF celebrated IS NULL OR celebrated < today - 30 THEN
        RETURN refuse('nothing_due', format('%s has no birthday these days.', username));
    END IF;
    IF account.birthdayYear >= extract(YEAR FROM celebrated) THEN
        RETURN refuse('already_given', format('%s has the birthday bonus of this year.', username));
    END IF;
    SELECT loy_tiers.birthdayBonus INTO STRICT bonus FROM loy_tiers WHERE loy_tiers.code = account.tier;
    IF bonus = 0 THEN
        RETURN refuse('nothing_due', format('The tier %s gives no birthday bonus.', account.tier));
    END IF;

    lot := loy_addLot(
        username, 'birthday', bonus,
        promotion => 'birthday:' || extract(YEAR FROM celebrated), moveKind => 'grant', requestKey => request
    );
    UPDATE loy_accounts
    SET birthdayYear = extract(YEAR FROM celebrated)
    WHERE loy_accounts.username = loy_grantBirthday.username;

    SELECT CASE WHEN isfinite(loy_lots.validTo) THEN (loy_lots.validTo AT TIME ZONE as_clock.timeZone)::date END INTO until
    FROM loy_lots
    CROSS JOIN as_clock
    WHERE loy_lots.username = loy_grantBirthday.username AND loy_lots.lotID = lot;
    PERFORM job_queueMessage(
        username, 'birthday_bonus', 'birthday_bonus:' || extract(YEAR FROM celebrated),
        jsonb_build_object('amount', bonus::text, 'until', until)
    );

    RETURN done(
        'birthday_granted',
        format('%s has %s more for the birthday.', username, bonus),
        jsonb_build_object('lotID', lot, 'amount', bonus::text, 'birthday', celebrated)
    );
END;
$$;

COMMENT ON FUNCTION loy_grantBirthday IS
'What the tier gives, as a lot of the kind birthday; once for each birthday, at most 30 days late. details: lotID, amount,
birthday (the day of this year). The message birthday_bonus tells of it whoever has agreed to offers. Answers birthday_granted.
Refuses: no_such_account, account_merged, account_blocked, nothing_due, already_given.';

GRANT EXECUTE ON FUNCTION loy_grantBirthday TO portal_marketing, portal_dba;
