-- Keep the coupons of a purchase as they are until it commits.
--
--   SELECT cpn_lockCoupons('{SUMMER-2026,AUTUMN-2026}');
--
CREATE OR REPLACE FUNCTION cpn_lockCoupons(codes text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text[] := ARRAY(SELECT cpn_normaliseCode(given) FROM unnest(codes) AS given);
BEGIN
    -- Sorted, so that two purchases with codes in common never wait for each other.
    PERFORM
    FROM cpn_coupons
    WHERE cpn_coupons.code = ANY(wanted)
    ORDER BY cpn_coupons.code
    FOR NO KEY UPDATE;
END;
$$;

COMMENT ON FUNCTION cpn_lockCoupons IS
'Locks every coupon of those that are priced next, in the order of their codes: of many purchases with the last use, one finds
it. How many of them count, cpn_discountPrice decides.
The caller holds the person''s row lock.';
