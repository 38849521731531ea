-- Put an account into the tier that its purchases give, and write down why.
--
--   SELECT loy_setTier(account, 'purchases', 'booking', NULL) FROM loy_accounts AS account WHERE username = 'alice';
--
CREATE OR REPLACE FUNCTION loy_setTier(account loy_accounts, cause text, requestKey text, actor text)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    today date := as_today();
    purchases numeric := loy_getPurchases(account.username, today);
    reached loy_tiers := loy_getTier(purchases);
    before loy_tiers;
    zone text;
    wasEarned boolean;
    why text := cause;
BEGIN
    IF reached.code = account.tier THEN
        RETURN reached.code;
    END IF;
    SELECT * INTO STRICT before FROM loy_tiers WHERE loy_tiers.code = account.tier;
    SELECT as_clock.timeZone INTO STRICT zone FROM as_clock;

    IF reached.rank < before.rank THEN
        -- By what of it was not returned, the old tier was reached or it never was.
        wasEarned := loy_getPurchases(account.username, (account.tierSince AT TIME ZONE zone)::date) >= before.minPurchases;
        why := CASE WHEN wasEarned THEN 'time' ELSE 'returned' END;
        IF NOT wasEarned THEN
            PERFORM loy_takeServicePoints(account, requestKey, actor);
        END IF;
    END IF;

    UPDATE loy_accounts
    SET tier = reached.code, tierSince = moment
    WHERE loy_accounts.username = account.username;
    INSERT INTO loy_tierLog (username, tier, previous, purchases, reason, actor, createdAt)
    VALUES (account.username, reached.code, before.code, purchases, why, actor, moment);

    IF account.isPerson AND NOT account.isBlocked THEN
        PERFORM job_queueMessage(
            account.username, 'tier_changed', format('tier_changed:%s:%s', reached.code, extract(epoch FROM moment)),
            jsonb_build_object(
                'tier', reached.code, 'names', reached.names, 'isUp', reached.rank > before.rank,
                'birthdayBonus', reached.birthdayBonus::text, 'servicePoints', reached.servicePoints::text
            )
        );
    END IF;

    IF reached.rank > before.rank THEN
        PERFORM loy_giveServicePoints(account, reached, requestKey, actor);
    END IF;

    RETURN reached.code;
END;
$$;

COMMENT ON FUNCTION loy_setTier IS
'Called under the lock of the account. Up: with the service points of the tier, once a year. Down because time has passed: they
stay. Down because the goods came back that had reached it: what is left of them is taken back. The person is told by the message tier_changed. Answers the tier.';
