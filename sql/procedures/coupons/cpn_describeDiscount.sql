-- What a message says of a personal discount.
--
--   SELECT cpn_describeDiscount(cpn_personalDiscounts) FROM cpn_personalDiscounts WHERE id = 8;
--
CREATE OR REPLACE FUNCTION cpn_describeDiscount(discount cpn_personalDiscounts)
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
    SELECT
        jsonb_build_object(
            'discountID', discount.id,
            'percentage', trim_scale(discount.percentage)::text,
            'reason', discount.reason,
            'from', (discount.validFrom AT TIME ZONE as_clock.timeZone)::date,
            'until', (discount.validUntil AT TIME ZONE as_clock.timeZone)::date
        )
    FROM as_clock
$$;

COMMENT ON FUNCTION cpn_describeDiscount IS 'percentage, reason, and by the installation''s calendar from, the first day, and until, the first one without it (null: no end).';
