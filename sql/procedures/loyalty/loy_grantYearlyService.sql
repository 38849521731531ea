-- Give a person the service points of the tier for this year.
--
--   SELECT * FROM loy_grantYearlyService('alice');
--
CREATE OR REPLACE FUNCTION loy_grantYearlyService(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    account loy_accounts;
    tier loy_tiers;
    given numeric;
    refusal outcome;
BEGIN
    SELECT * INTO account
    FROM loy_accounts
    WHERE loy_accounts.username = loy_grantYearlyService.username
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT account.isPerson THEN
        RETURN refuse('no_such_account', format('%s has no account in the club.', username));
    END IF;
    refusal := loy_checkAccount(username);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    IF account.serviceYear = extract(YEAR FROM as_today()) THEN
        RETURN refuse('already_given', format('%s has the service points of this year.', username));
    END IF;
    -- What was bought may not be enough any more, though nobody has looked at the tier since.
    tier := loy_getTier(loy_getPurchases(username, as_today()));
    IF tier.servicePoints = 0 THEN
        RETURN refuse('nothing_due', format('The tier %s gives no service points.', tier.code));
    END IF;

    given := loy_giveServicePoints(account, tier, gen_random_uuid()::text, NULL);

    RETURN done(
        'service_granted', format('%s has %s service points more.', username, given),
        jsonb_build_object('amount', given::text, 'tier', tier.code)
    );
END;
$$;

COMMENT ON FUNCTION loy_grantYearlyService IS
'Once a year; who reaches the tier in the middle of it gets them then. details: amount, tier. Answers service_granted.
Refuses: no_such_account, account_merged, account_blocked, already_given, nothing_due.';

GRANT EXECUTE ON FUNCTION loy_grantYearlyService TO portal_marketing, portal_dba;
