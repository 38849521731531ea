-- Judge a person's tier anew by what was bought.
--
--   SELECT * FROM loy_reviewTier('alice');
--
CREATE OR REPLACE FUNCTION loy_reviewTier(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    account loy_accounts;
    reached text;
BEGIN
    SELECT * INTO account
    FROM loy_accounts
    WHERE loy_accounts.username = loy_reviewTier.username
    FOR NO KEY UPDATE;
    IF NOT FOUND OR NOT account.isPerson THEN
        RETURN refuse('no_such_account', format('%s has no account in the club.', username));
    END IF;
    IF account.mergedInto IS NOT NULL THEN
        RETURN refuse(
            'account_merged', format('The account of %s is part of another one now.', username),
            jsonb_build_object('mergedInto', account.mergedInto)
        );
    END IF;

    reached := loy_setTier(account, 'purchases', gen_random_uuid()::text, NULL);

    RETURN done(
        CASE WHEN reached = account.tier THEN 'tier_kept' ELSE 'tier_changed' END,
        format('%s is in the tier %s.', username, reached),
        jsonb_build_object('tier', reached, 'before', account.tier)
    );
END;
$$;

COMMENT ON FUNCTION loy_reviewTier IS
'By the purchases of loyTierMonths months: up or down, with a row of the tier''s history. Service points come with a tier that
gives them, once a year. details: tier, before. Answers tier_kept, tier_changed.
Refuses: no_such_account, account_merged.';

GRANT EXECUTE ON FUNCTION loy_reviewTier TO portal_booking, portal_marketing, portal_dba;
