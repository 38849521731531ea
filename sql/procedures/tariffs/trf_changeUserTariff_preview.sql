-- What trf_changeUserTariff would do, by the same computation; nothing is written.
--
--   SELECT * FROM trf_changeUserTariff_preview('alice', 2, 12);
--
CREATE OR REPLACE FUNCTION trf_changeUserTariff_preview(
    username text,
    tariffID bigint,
    period integer,
    couponCodes text[] DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    tariff as_trf_tariffs;
    refusal outcome;
    quote trf_quote;
    today date := as_today();
    described jsonb;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_changeUserTariff_preview.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = trf_changeUserTariff_preview.tariffID;
    refusal := trf_judgeChange(member, tariff, period, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    quote := trf_priceChange(member, tariff, period, today, couponCodes);
    described := trf_describeQuote(member, tariff, period, quote, today);

    RETURN done(
        'quote',
        CASE
            WHEN quote.total < 0 THEN format('%s %s come back.', -quote.total, described ->> 'currency')
            WHEN quote.total = 0 THEN 'Nothing to pay.'
            ELSE format('%s %s to pay.', quote.total, described ->> 'currency')
        END,
        described
    );
END;
$$;

COMMENT ON FUNCTION trf_changeUserTariff_preview IS
'The quote of a change: tariffID, tariff, period, kind (change or extension), startsOn, deadline (null: without end),
fullPrice, discounts that count and codes that are ignored (as in cpn_getPrice), price, credit, total (negative: money comes back), balanceBefore, balanceAfter, missing (null where the money suffices), lines in
words, losses, mayWait, effectiveIfWaiting. Pass total on as expectedTotal. That the money does not suffice is told, not
refused.
Refuses: no_such_user, no_such_tariff, no_such_period, tariff_disabled, endless_needs_admin, already_without_end,
actor_required, no_such_actor, actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_changeUserTariff_preview TO portal_web, portal_dba;
