-- What a coupon gives and where, for the details of an answer.
--
--   SELECT cpn_couponDetails(cpn_coupons) FROM cpn_coupons LIMIT 1;
--
CREATE OR REPLACE FUNCTION cpn_couponDetails(coupon cpn_coupons)
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
    SELECT jsonb_build_object(
        'code', coupon.code, 'written', coupon.written, 'categoryID', coupon.categoryID, 'useType', coupon.useType,
        'discountType', coupon.discountType, 'value', coupon.value::text, 'currency', as_getSetting('currency'),
        'tariffIDs', coupon.tariffIDs, 'periods', coupon.periods, 'validFrom', coupon.validFrom,
        'validUntil', coupon.validUntil, 'maxUses', coupon.maxUses, 'maxUsesPerPerson', coupon.maxUsesPerPerson
    )
$$;

COMMENT ON FUNCTION cpn_couponDetails IS
'The terms of a coupon: {code, written, categoryID, useType, discountType, value, currency, tariffIDs, periods, validFrom,
validUntil, maxUses, maxUsesPerPerson}.';
