-- Give the coupons of a reversed purchase back.
--
--   SELECT cpn_release('alice', 3);
--
CREATE OR REPLACE FUNCTION cpn_release(username text, number bigint)
RETURNS text[]
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    released text[];
BEGIN
    IF as_getSetting('couponRelease') <> 'true' THEN
        RETURN ARRAY[]::text[];
    END IF;

    SELECT array_agg(redemption.code ORDER BY redemption.code) INTO released
    FROM cpn_redemptions AS redemption
    WHERE
        redemption.username = cpn_release.username
        AND redemption.number = cpn_release.number
        AND redemption.releasedAt IS NULL;
    IF released IS NULL THEN
        RETURN ARRAY[]::text[];
    END IF;

    PERFORM cpn_lockCoupons(released);
    UPDATE cpn_redemptions
    SET releasedAt = moment
    WHERE
        cpn_redemptions.username = cpn_release.username
        AND cpn_redemptions.number = cpn_release.number
        AND cpn_redemptions.releasedAt IS NULL;
    UPDATE cpn_coupons
    SET uses = cpn_coupons.uses - 1
    WHERE cpn_coupons.code = ANY(released);

    RETURN ARRAY(
        SELECT cpn_coupons.written FROM cpn_coupons WHERE cpn_coupons.code = ANY(released) ORDER BY cpn_coupons.code
    );
END;
$$;

COMMENT ON FUNCTION cpn_release IS
'The coupons of a purchase can be used again, unless setting couponRelease says no; answers which. The caller holds the
person''s row lock.';
