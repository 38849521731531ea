-- What a coupon would make of every price that a person can choose; nothing is used.
--
--   SELECT result, reason, msg FROM cpn_previewCoupon('alice', 'SUMMER-2026');
--
CREATE OR REPLACE FUNCTION cpn_previewCoupon(username text, code text, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    coupon cpn_coupons;
    prices jsonb;
    why jsonb;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = cpn_previewCoupon.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF cpn_normaliseCode(code) IS NULL THEN
        RETURN refuse('no_code', 'Type the code of a coupon.', '{"field": "code"}');
    END IF;

    SELECT
        jsonb_agg(jsonb_build_object(
            'tariffID', offer.tariff_id,
            'tariff', offer.tariff,
            'period', offer.period,
            'fullPrice', offer.price::numeric(14, 2)::text,
            'ownPrice', (offer.own).price::numeric(14, 2)::text,
            'price', (offer.tried).price::numeric(14, 2)::text,
            'counts', (offer.tried).ignored = '[]'
        ) ORDER BY offer.sort_order, offer.tariff_id, offer.period),
        -- What is wrong with the coupon says more than what is wrong with the choice.
        (array_agg((offer.tried).ignored -> 0 ORDER BY
            (offer.tried).ignored @> '[{"reason": "coupon_other_tariff"}]' OR (offer.tried).ignored @> '[{"reason": "coupon_other_period"}]',
            offer.sort_order, offer.tariff_id, offer.period
        ))[1]
    INTO prices, why
    FROM (
        SELECT
            trf_prices.tariff_id,
            trf_prices.tariff,
            trf_prices.period,
            trf_prices.price,
            trf_prices.sort_order,
            cpn_getPrice(cpn_previewCoupon.username, trf_prices.tariff_id, trf_prices.period) AS own,
            cpn_getPrice(
                cpn_previewCoupon.username, trf_prices.tariff_id, trf_prices.period, ARRAY[cpn_previewCoupon.code]
            ) AS tried
        FROM trf_prices
        WHERE trf_prices.period > 0
        OFFSET 0
    ) AS offer;

    -- One that counts somewhere needs no word about where it does not.
    IF prices @> '[{"counts": true}]' THEN
        why := NULL;
    END IF;
    SELECT * INTO coupon
    FROM cpn_coupons
    WHERE cpn_coupons.code = cpn_normaliseCode(cpn_previewCoupon.code) AND why IS NULL;

    RETURN done(
        'coupon_prices',
        coalesce(why ->> 'msg', format('Prices with the coupon %s.', coupon.written)),
        jsonb_build_object(
            'why', why,
            'code', coupon.written,
            'discountType', coupon.discountType,
            'value', coupon.value::text,
            'currency', as_getSetting('currency'),
            'validUntil', coupon.validUntil,
            'usesLeft', least(coupon.maxUses - coupon.uses, coupon.maxUsesPerPerson - cpn_getUses(username, coupon.code)),
            'prices', coalesce(prices, '[]')
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_previewCoupon IS
'Answers coupon_prices: prices is {tariffID, tariff, period, fullPrice, ownPrice (after personal discounts), price, counts} of
everything on offer. Where the coupon lowers one of them: code, discountType, value, validUntil, usesLeft (null: without limit).
Where it lowers none: why, as in ignored of cpn_getPrice.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, no_code.';

GRANT EXECUTE ON FUNCTION cpn_previewCoupon TO portal_web, portal_dba;
