-- The one place that computes what a change of tariff costs and until when it lasts.
--
--   SELECT (trf_priceChange(as_users, as_trf_tariffs, 12, as_today(), '{SUMMER-2026}')).*
--   FROM as_users CROSS JOIN as_trf_tariffs WHERE as_users.username = 'alice' AND as_trf_tariffs.id = 2;
--
CREATE OR REPLACE FUNCTION trf_priceChange(
    member as_users,
    tariff as_trf_tariffs,
    period integer,
    today date,
    codes text[] DEFAULT NULL
)
RETURNS trf_quote
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    quote trf_quote;
    priced cpn_price := cpn_discountPrice(member.username, tariff, period, codes);
    clock as_clock;
BEGIN
    quote.fullPrice := priced.fullPrice;
    quote.price := priced.price;
    quote.discounts := priced.discounts;
    quote.ignored := priced.ignored;
    quote.credit := 0.00;
    quote.forfeited := 0.00;

    -- The same tariff again goes on from its deadline, without a day between.
    IF member.tariffID = tariff.id AND period > 0 AND member.tariffDeadline IS NOT NULL THEN
        SELECT * INTO clock FROM as_clock;
        IF member.tariffDeadline >= today
            OR (member.renewalPeriod IS NOT NULL AND member.tariffDeadline + clock.graceDays > today)
        THEN
            SELECT purchase.anchor, purchase.months + trf_priceChange.period INTO quote.anchor, quote.months
            FROM as_trf_tariffLog AS purchase
            WHERE
                purchase.username = member.username
                AND upper(purchase.during) = member.tariffDeadline
            -- Nearly always the last one, so the others are not read.
            ORDER BY purchase.number DESC
            LIMIT 1;
            quote.kind := 'extension';
            quote.startsOn := member.tariffDeadline;
            quote.deadline := trf_periodEnd(quote.anchor, quote.months);
            quote.total := quote.price;
            RETURN quote;
        END IF;
    END IF;

    quote.kind := 'change';
    quote.startsOn := today;
    quote.anchor := today;
    quote.months := nullif(period, 0);
    quote.deadline := trf_periodEnd(quote.anchor, quote.months);

    SELECT
        coalesce(sum(unused.amount), 0.00),
        jsonb_agg(jsonb_build_object(
            'number', unused.number, 'tariffID', unused.tariffID, 'days', unused.unused, 'of', unused.total,
            'paid', unused.paid::text, 'amount', unused.amount::text
        ) ORDER BY unused.number)
    INTO quote.credit, quote.unused
    FROM trf_getUnusedDays(member.username, today) AS unused;

    IF quote.credit > 0 AND as_getSetting('tariffUnusedDays') = 'forfeit' THEN
        quote.forfeited := quote.credit;
        quote.credit := 0.00;
    END IF;

    quote.total := quote.price - quote.credit;
    RETURN quote;
END;
$$;

COMMENT ON FUNCTION trf_priceChange IS
'Price after personal discounts and codes, credit for unused days, total (negative: money comes back), first day and deadline of a change. The same tariff
again, up to its deadline and in the days of grace, is an extension from the deadline: the anchor stays and the months add
up. Used by the preview, the change and the renewal alike.';
