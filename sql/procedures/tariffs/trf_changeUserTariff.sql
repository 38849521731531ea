-- Put a person on a tariff for 1, 6, 12 or 36 months and charge it; 0 is without end.
--
--   SELECT * FROM trf_changeUserTariff('alice', 2, 12);
--   SELECT * FROM trf_changeUserTariff('alice', 2, 12, couponCodes => '{SUMMER-2026}');
--
CREATE OR REPLACE FUNCTION trf_changeUserTariff(
    username text,
    tariffID bigint,
    period integer,
    expectedTotal numeric DEFAULT NULL,
    couponCodes text[] DEFAULT NULL,
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
        'tariffID', tariffID, 'period', period, 'expectedTotal', expectedTotal, 'couponCodes', couponCodes
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    today date := as_today();
    member as_users;
    tariff as_trf_tariffs;
    account fin_accounts;
    number bigint;
    quote trf_quote;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_changeUserTariff.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_changeUserTariff', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = trf_changeUserTariff.tariffID;
    refusal := trf_judgeChange(member, tariff, period, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    IF couponCodes <> '{}' THEN
        PERFORM cpn_lockCoupons(couponCodes);
    END IF;
    quote := trf_priceChange(member, tariff, period, today, couponCodes);
    IF expectedTotal <> quote.total THEN
        RETURN refuse(
            'quote_changed',
            format('The price has changed since it was shown: it is now %s. Look at it and confirm again.', quote.total),
            trf_describeQuote(member, tariff, period, quote, today)
        );
    END IF;

    -- Whoever was shown no total finds out here that a code is not worth what he thinks.
    IF expectedTotal IS NULL AND quote.ignored <> '[]' THEN
        RETURN refuse(
            'coupon_not_applied', quote.ignored -> 0 ->> 'msg',
            jsonb_build_object('field', 'couponCodes', 'ignored', quote.ignored)
        );
    END IF;

    SELECT * INTO account FROM fin_accounts WHERE fin_accounts.username = member.username;
    IF quote.total > account.balance - account.held THEN
        RETURN refuse(
            'insufficient_balance',
            format(
                '%s costs %s %s, %s are there: %s are missing.',
                tariff.name, quote.total, account.currency, account.balance - account.held,
                quote.total - account.balance + account.held
            ),
            jsonb_build_object(
                'missing', (quote.total - account.balance + account.held)::numeric(14, 2)::text,
                'total', quote.total::numeric(14, 2)::text,
                'available', (account.balance - account.held)::text,
                'currency', account.currency
            )
        );
    END IF;

    number := trf_enterPurchase(member, tariff, period, quote, quote.kind, request, actor);

    RETURN as_record(username, 'trf_changeUserTariff', asked, request, actor, done(
        CASE quote.kind WHEN 'extension' THEN 'tariff_extended' ELSE 'tariff_changed' END,
        format(
            CASE WHEN quote.deadline IS NULL THEN '%s has %s without end.' ELSE '%s has %s until %s.' END,
            username, tariff.name, quote.deadline
        ),
        jsonb_build_object(
            'number', number,
            'tariffID', tariff.id,
            'tariff', tariff.name,
            'period', period,
            'startsOn', quote.startsOn,
            'deadline', quote.deadline,
            'price', quote.price::numeric(14, 2)::text,
            'credit', quote.credit::numeric(14, 2)::text,
            'total', quote.total::numeric(14, 2)::text,
            'balanceAfter', (account.balance - quote.total)::numeric(14, 2)::text,
            'currency', account.currency
        ) || CASE
            WHEN quote.discounts = '[]' THEN '{}'
            ELSE jsonb_build_object('fullPrice', quote.fullPrice::numeric(14, 2)::text, 'discounts', quote.discounts)
        END
    ));
END;
$$;

COMMENT ON FUNCTION trf_changeUserTariff IS
'Puts a person on a tariff from today, charges its price and credits what was paid for days not used (setting
tariffUnusedDays); the same tariff again extends from its deadline. period: 1, 6, 12 or 36 months, or 0 for without end,
free of charge. couponCodes: up to five, used up with the change. expectedTotal is the total that was shown; requestKey makes a repeat find its first answer. A scheduled
change is dropped.
Answers tariff_changed or tariff_extended with number, startsOn, deadline, price, credit, total, balanceAfter; fullPrice and
discounts where something was taken off.
Refuses: no_such_user, no_such_tariff, no_such_period, tariff_disabled, endless_needs_admin, already_without_end,
quote_changed (details: the new quote), coupon_not_applied (without expectedTotal; details: ignored), insufficient_balance (details: missing, total, available), request_key_reused,
invalid_value, actor_required, no_such_actor, actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_changeUserTariff TO portal_web, portal_dba;
