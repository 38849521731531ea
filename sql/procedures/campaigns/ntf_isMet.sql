-- Whether the condition of a step is true of somebody who takes part.
--
--   SELECT ntf_isMet('alice', 1, 2, 'notBought', as_now() - interval '7 days');
--
CREATE OR REPLACE FUNCTION ntf_isMet(
    username text,
    campaignID bigint,
    stepPosition integer,
    condition text,
    joinedAt timestamptz
)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF condition IN ('bought', 'notBought') THEN
        RETURN (condition = 'bought') = (
            SELECT coalesce(sum(ntf_purchases.amount), 0) > 0
            FROM ntf_purchases
            WHERE ntf_purchases.username = ntf_isMet.username AND ntf_purchases.bought >= joinedAt
        );
    END IF;
    IF condition IN ('used', 'notUsed') THEN
        RETURN (condition = 'used') = EXISTS (
            SELECT
            FROM ntf_campaignGifts
            LEFT JOIN cpn_coupons ON cpn_coupons.code = ntf_campaignGifts.code
            WHERE
                ntf_campaignGifts.username = ntf_isMet.username
                AND ntf_campaignGifts.campaignID = ntf_isMet.campaignID
                AND ntf_campaignGifts.step < stepPosition
                AND (cpn_coupons.uses > 0 OR ntf_isUsed(ntf_campaignGifts.username, ntf_campaignGifts.lotID))
        );
    END IF;

    RETURN true;
END;
$$;

COMMENT ON FUNCTION ntf_isMet IS
'bought: what was bought since joinedAt is worth more than what came back (ntf_purchases). used: something was paid with a bonus
that an earlier step gave, or its coupon was redeemed.';
