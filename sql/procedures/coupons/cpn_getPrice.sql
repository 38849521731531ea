-- What a tariff costs a person for a period, with his personal discounts and the codes that he gives.
--
--   SELECT * FROM cpn_getPrice('alice', 2, 12, '{SUMMER-2026}');
--
CREATE OR REPLACE FUNCTION cpn_getPrice(username text, tariffID bigint, period integer, codes text[] DEFAULT '{}')
RETURNS cpn_price
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    tariff as_trf_tariffs;
BEGIN
    SELECT * INTO tariff FROM as_trf_tariffs WHERE as_trf_tariffs.id = cpn_getPrice.tariffID;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    RETURN cpn_discountPrice(username, tariff, period, codes);
END;
$$;

COMMENT ON FUNCTION cpn_getPrice IS
'fullPrice; price, what is left to pay; discounts, those that count, in their order: {kind: personal or coupon, discountID and
reason, or code and discountType, value, amount}, whose amounts add up to what is off; ignored, each code that does not count:
{code, reason, msg, details}. Up to five codes; a visitor has no username. The price of a change before what comes back for
unused days: trf_changeUserTariff charges the same. Null where there is no such tariff.
Reasons: no_such_coupon, coupon_looks_cyrillic, coupon_disabled, coupon_used, coupon_used_by_you, coupon_not_yet,
coupon_expired, coupon_other_tariff, coupon_other_period, coupon_given_twice, coupon_same_kind, coupon_not_needed,
too_many_codes.';

GRANT EXECUTE ON FUNCTION cpn_getPrice TO portal_web, portal_dba;
