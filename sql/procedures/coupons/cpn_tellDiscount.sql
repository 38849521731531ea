-- Tell a person of a discount of his own.
--
--   SELECT cpn_tellDiscount(cpn_personalDiscounts) FROM cpn_personalDiscounts WHERE id = 8;
--
CREATE OR REPLACE FUNCTION cpn_tellDiscount(discount cpn_personalDiscounts)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF as_getSetting('discountNotices') = 'true' THEN
        PERFORM job_queueMessage(
            discount.username, 'coupon_given', 'coupon_given:' || discount.id, cpn_describeDiscount(discount)
        );
    END IF;
END;
$$;

COMMENT ON FUNCTION cpn_tellDiscount IS 'Where the setting discountNotices says so; one message a discount.';
