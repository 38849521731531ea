-- What the text of a step may name of its gift.
--
--   SELECT ntf_describeGift(ntf_campaignSteps, 'SPRING-7K2M', '2027-04-01') FROM ntf_campaignSteps;
--
CREATE OR REPLACE FUNCTION ntf_describeGift(step ntf_campaignSteps, code text, until date)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'code', CASE WHEN step.gift = 'coupon' THEN code END,
        'gift', CASE WHEN step.gift = 'bonus' THEN step.giftValue::text END,
        'discount', CASE
            WHEN step.gift = 'discount' OR step.giftKind = 'percentage' THEN trim_scale(step.giftValue) || ' %'
            WHEN step.gift = 'coupon' THEN concat_ws(' ', step.giftValue::numeric(14, 2), as_getSetting('currency'))
        END,
        'until', CASE WHEN step.gift <> 'none' THEN until END
    ));
END;
$$;

COMMENT ON FUNCTION ntf_describeGift IS
'code (of a coupon), gift (bonuses), discount (per cent, or an amount with its currency) and until (the first day without it), of
these what the step gives.';
