-- Whether a step can give something; null when it can, a refusal when not.
--
--   SELECT * FROM ntf_checkGift('coupon', 'percentage', 10, 30);
--
CREATE OR REPLACE FUNCTION ntf_checkGift(gift text, giftKind text, giftValue numeric, giftDays integer)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    kind loy_kinds;
    answer outcome;
BEGIN
    IF gift = 'none' THEN
        RETURN NULL;
    END IF;
    IF gift IS NULL OR gift NOT IN ('bonus', 'coupon', 'discount') THEN
        RETURN refuse('gift_unknown', 'A step gives nothing, a bonus, a coupon or a discount.', '{"field": "gift"}');
    END IF;

    IF gift = 'bonus' THEN
        SELECT * INTO kind FROM loy_kinds WHERE loy_kinds.code = giftKind;
        IF NOT FOUND THEN
            RETURN refuse('no_such_kind', 'Choose a kind of bonuses.', '{"field": "giftKind"}');
        END IF;
        IF NOT kind.isActive THEN
            RETURN refuse(
                'kind_inactive', format('Bonuses of the kind %s are not given any more.', giftKind), '{"field": "giftKind"}'
            );
        END IF;
        IF kind.unit <> 'bonus' THEN
            RETURN refuse('not_a_bonus', 'Campaigns give bonuses that pay goods.', '{"field": "giftKind"}');
        END IF;
    ELSIF gift = 'coupon' AND (giftKind IS NULL OR giftKind NOT IN ('percentage', 'amount')) THEN
        RETURN refuse('gift_unknown', 'A coupon gives a percentage or an amount.', '{"field": "giftKind"}');
    END IF;

    answer := fin_checkAmount(giftValue);
    IF answer.result = 0 THEN
        answer.details := answer.details || '{"field": "giftValue"}';
        RETURN answer;
    END IF;
    IF giftValue > 100 AND (gift = 'discount' OR giftKind = 'percentage') THEN
        RETURN refuse('percentage_out_of_range', 'A percentage is more than 0 and at most 100.', '{"field": "giftValue"}');
    END IF;
    IF giftDays NOT BETWEEN 1 AND 366 OR (giftDays IS NULL AND gift <> 'bonus') THEN
        RETURN refuse('days_out_of_range', 'Say 1 to 366 days.', '{"field": "giftDays", "maximum": 366}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ntf_checkGift IS
'giftValue: bonuses, money off or per cent. giftDays: so many days it is valid; of a bonus null means the rule of its kind.
Refuses: gift_unknown, no_such_kind, kind_inactive, not_a_bonus, amount_missing, amount_not_a_number, amount_not_positive,
amount_too_large, amount_too_precise, percentage_out_of_range, days_out_of_range.';
