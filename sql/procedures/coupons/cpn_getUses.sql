-- How often a person has used a coupon, reversed purchases aside.
--
--   SELECT cpn_getUses('alice', 'summer-2026');
--
CREATE OR REPLACE FUNCTION cpn_getUses(username text, code text)
RETURNS bigint
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT count(*)
        FROM cpn_redemptions AS redemption
        WHERE
            redemption.username = cpn_getUses.username
            AND redemption.code = cpn_getUses.code
            AND redemption.releasedAt IS NULL
    );
END;
$$;

COMMENT ON FUNCTION cpn_getUses IS 'How many of a person''s uses of a coupon stand; 0 for a visitor, who has no username.';
