-- A quote as details for a page or a person: every line in words, the balance before and after, what would be lost.
--
--   SELECT trf_describeQuote(member, tariff, 12, quote, as_today());
--
CREATE OR REPLACE FUNCTION trf_describeQuote(
    member as_users,
    tariff as_trf_tariffs,
    period integer,
    quote trf_quote,
    today date
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    account fin_accounts;
    clock as_clock;
    present as_trf_tariffs;
    lines jsonb;
    isCheaper boolean;
BEGIN
    SELECT * INTO account FROM fin_accounts WHERE fin_accounts.username = member.username;
    SELECT * INTO clock FROM as_clock;
    SELECT * INTO present FROM as_trf_tariffs WHERE as_trf_tariffs.id = trf_effectiveTariff(member, clock, today);

    lines := jsonb_build_array(jsonb_build_object(
        'code', CASE WHEN quote.fullPrice > 0 THEN 'tariff_price' ELSE 'tariff_free' END,
        'params', jsonb_build_object('tariff', tariff.name, 'period', period),
        'amount', quote.fullPrice::numeric(14, 2)::text,
        'text', CASE
            WHEN period = 0 THEN format('%s, without end', tariff.name)
            WHEN period = 1 THEN format('%s, 1 month', tariff.name)
            ELSE format('%s, %s months', tariff.name, period)
        END
    ));
    IF quote.discounts <> '[]' THEN
        lines := lines || (
            SELECT jsonb_agg(jsonb_build_object(
                'code', CASE discount ->> 'kind' WHEN 'personal' THEN 'personal_discount' ELSE 'coupon' END,
                'params', discount - 'kind' - 'amount' || jsonb_build_object('share', trim_scale((discount ->> 'value')::numeric)),
                'amount', '-' || (discount ->> 'amount'),
                'text', CASE
                    WHEN discount ->> 'kind' = 'personal'
                        THEN format('Your discount %s %%: %s', trim_scale((discount ->> 'value')::numeric), discount ->> 'reason')
                    WHEN discount ->> 'discountType' = 'percentage'
                        THEN format('Coupon %s, %s %%', discount ->> 'code', trim_scale((discount ->> 'value')::numeric))
                    ELSE format('Coupon %s', discount ->> 'code')
                END
            ) ORDER BY position)
            FROM jsonb_array_elements(quote.discounts) WITH ORDINALITY AS given (discount, position)
        );
    END IF;
    IF quote.credit + quote.forfeited > 0 THEN
        lines := lines || (
            SELECT jsonb_agg(jsonb_build_object(
                'code', CASE WHEN quote.credit > 0 THEN 'unused_days' ELSE 'unused_forfeited' END,
                'params', jsonb_build_object(
                    'tariff', old.name, 'days', unused.unused, 'of', unused.total, 'worth', unused.amount::text,
                    'paid', unused.paid::text
                ),
                'amount', CASE WHEN quote.credit > 0 THEN (-unused.amount)::text ELSE '0.00' END,
                'text', format(
                    CASE WHEN quote.credit > 0 THEN '%s of %s days of %s not used' ELSE '%s of %s days of %s are lost' END,
                    unused.unused, unused.total, old.name
                )
            ) ORDER BY unused.number)
            FROM trf_getUnusedDays(member.username, today) AS unused
            INNER JOIN as_trf_tariffs AS old ON unused.tariffID = old.id
        );
    END IF;

    isCheaper := quote.kind = 'change' AND trf_getPrice(tariff, 1) < trf_getPrice(present, 1);

    RETURN jsonb_build_object(
        'tariffID', tariff.id,
        'tariff', tariff.name,
        'period', period,
        'kind', quote.kind,
        'startsOn', quote.startsOn,
        'deadline', quote.deadline,
        'currency', account.currency,
        'fullPrice', quote.fullPrice::numeric(14, 2)::text,
        'discounts', quote.discounts,
        'ignored', quote.ignored,
        'price', quote.price::numeric(14, 2)::text,
        'credit', quote.credit::numeric(14, 2)::text,
        'total', quote.total::numeric(14, 2)::text,
        'balanceBefore', account.balance::text,
        'balanceAfter', (account.balance - quote.total)::numeric(14, 2)::text,
        'missing', CASE
            WHEN quote.total > account.balance - account.held
                THEN (quote.total - account.balance + account.held)::numeric(14, 2)::text
        END,
        'isCheaper', isCheaper,
        'mayWait', isCheaper AND coalesce(member.tariffDeadline > today, false),
        'effectiveIfWaiting', CASE WHEN isCheaper AND member.tariffDeadline > today THEN member.tariffDeadline END,
        'priceIfWaiting', CASE
            WHEN isCheaper AND member.tariffDeadline > today
                THEN cpn_getOwnPrice(member.username, tariff, period)::numeric(14, 2)::text
        END,
        'losses', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'code', compared.code, 'name', compared.name, 'before', compared.before, 'after', compared.after,
                'change', compared.change
            )), '[]')
            FROM trf_compareTariffs(member.username, present.id, tariff.id) AS compared
            WHERE compared.change IN ('less', 'gone')
        ),
        'cancelsScheduled', EXISTS (
            SELECT FROM as_trf_scheduledChanges AS waiting WHERE waiting.username = member.username
        ),
        'lines', lines
    );
END;
$$;

COMMENT ON FUNCTION trf_describeQuote IS
'The details of a preview. Amounts are text with two decimals; missing is null where the money suffices; mayWait says
whether the change can be left to the deadline (effectiveIfWaiting, for priceIfWaiting, since codes are for changes made at once); discounts and ignored are those of cpn_getPrice; losses are the options that shrink or go.';
