-- Decide a basket for an account at a moment, with its lots and the promotions in force, and keep what it was decided by.
--
--   SELECT * FROM loy_makeDeal('alice', 's001', loy_readBasket('{"lines": [{"line": 1, "sku": "A1", "qty": 2, "price": 49.90}]}'), as_now());
--
CREATE OR REPLACE FUNCTION loy_makeDeal(
    username text,
    storeID text,
    basket jsonb,
    at timestamptz,
    exhausted text[] DEFAULT '{}',
    given text[] DEFAULT NULL
)
RETURNS loy_deal
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    deal loy_deal;
    without text[] := loy_makeDeal.exhausted;
    coupons text[] := ARRAY[]::text[];
BEGIN
    deal.decidedAt := at;
    deal.setVersion := loy_getSetAt(at);
    IF basket -> 'coupons' <> '[]' THEN
        coupons := ARRAY(SELECT jsonb_array_elements_text(basket -> 'coupons'));
    END IF;
    deal.context := loy_contextOf(username, storeID, coupons, at);
    -- What was sold is sold: beside what was given then, only what earns can still be given.
    IF given IS NOT NULL THEN
        deal.context := deal.context || '{"isFinal": true}';
        without := without || ARRAY(
            SELECT loy_promotions.code
            FROM loy_promotions
            WHERE
                loy_promotions.setVersion = deal.setVersion
                AND loy_promotions.phase < 4
                AND loy_promotions.code <> ALL (given)
            ORDER BY loy_promotions.code
        );
    END IF;
    IF without <> '{}' THEN
        deal.context := jsonb_set(
            deal.context, '{exhausted}',
            to_jsonb(ARRAY(
                SELECT jsonb_array_elements_text(coalesce(deal.context -> 'exhausted', '[]'))
                UNION
                SELECT unnest(without)
                ORDER BY 1
            ))
        );
    END IF;
    -- Who pays with no bonuses needs none looked up.
    deal.lots := CASE basket ->> 'pay' WHEN 'none' THEN '[]' ELSE coalesce(loy_lotsForDecision(username, at), '[]') END;
    deal.decision := loy_spreadGifts(loy_decide(basket, deal.context, deal.lots, at, deal.setVersion));

    RETURN deal;
END;
$$;

COMMENT ON FUNCTION loy_makeDeal IS
'loy_decide with the account''s context and lots. exhausted: promotions whose budget is gone. given: where not null, only these of
the promotions that take something off may be given, as for a sale that has happened already; the context says isFinal then.';
