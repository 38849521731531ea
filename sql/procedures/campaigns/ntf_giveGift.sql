-- Give a person what a step gives.
--
--   SELECT ntf_giveGift('alice', c, s) FROM ntf_campaigns AS c INNER JOIN ntf_campaignSteps AS s ON s.campaignID = c.id;
--
CREATE OR REPLACE FUNCTION ntf_giveGift(username text, campaign ntf_campaigns, step ntf_campaignSteps)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    request text := format('campaign:%s:%s', campaign.id, step.position);
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    -- Whole days, the last one included.
    ends timestamptz := (as_today() + step.giftDays + 1)::timestamp AT TIME ZONE zone;
    lot bigint;
    written text;
    coupon text;
    discount bigint;
BEGIN
    IF step.gift = 'bonus' THEN
        lot := loy_addLot(
            username, step.giftKind, step.giftValue,
            validFrom => CASE WHEN step.giftDays IS NOT NULL THEN moment END, validTo => ends,
            promotion => request, moveKind => 'grant', note => campaign.name, requestKey => request
        );
        SELECT loy_lots.validTo INTO STRICT ends
        FROM loy_lots
        WHERE loy_lots.username = ntf_giveGift.username AND loy_lots.lotID = lot;
    ELSIF step.gift = 'coupon' THEN
        -- A code that exists, deleted or not, is tried again with another.
        WHILE coupon IS NULL LOOP
            written := cpn_randomCode(12);
            INSERT INTO cpn_coupons (
                code, written, useType, discountType, value, validFrom, validUntil, maxUses, uses, status, note, createdAt
            )
            VALUES (
                cpn_normaliseCode(written), written, 'single', step.giftKind, step.giftValue, moment, ends, 1, 0, 'active',
                campaign.name, moment
            )
            ON CONFLICT ON CONSTRAINT cpn_coupons_pkey DO NOTHING
            RETURNING cpn_coupons.code INTO coupon;
        END LOOP;
    ELSE
        INSERT INTO cpn_personalDiscounts (username, percentage, reason, validFrom, validUntil, createdAt)
        VALUES (username, step.giftValue, campaign.name, moment, ends, moment)
        RETURNING cpn_personalDiscounts.id INTO discount;
    END IF;

    INSERT INTO ntf_campaignGifts (username, campaignID, step, gift, amount, lotID, code, discountID, createdAt)
    VALUES (username, campaign.id, step.position, step.gift, step.giftValue, lot, coupon, discount, moment);

    RETURN ntf_describeGift(step, written, CASE WHEN isfinite(ends) THEN (ends AT TIME ZONE zone)::date END);
END;
$$;

COMMENT ON FUNCTION ntf_giveGift IS
'Called under the locks of the person and the club account; a second gift of the same step violates ntf_campaigngifts_pkey.
Answers what the text may name, by ntf_describeGift.';
