-- What exactly these promotions give for a basket, and what that is worth to the buyer: the specification of the best deal.
--
--   SELECT loy_valueOf('{"lines": [{"line": 1, "sku": "a1", "qty": "1", "price": "10.00"}]}', '{}', '[]', now(), 1, '{spring}');
--
CREATE OR REPLACE FUNCTION loy_valueOf(
    basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint, codes text[]
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN loy_solve(basket, context, lots, at, setVersion, coalesce(codes, '{}'));
END;
$$;

COMMENT ON FUNCTION loy_valueOf IS
'An answer like that of loy_decide, for exactly these promotions of phases 1 and 2 (those of phase 4 are always counted); null where
they do not go together. A code that touches nothing gives nothing. The rules, all amounts in whole hundredths of the currency:
Going together: of an exclusion group one; a solo promotion with none but joint ones.
Phase 1, from the price: a promotion''s amounts are computed for itself alone, summed, limited by its cap, rounded half up once and
spread over its lines by the largest remainder (loy_spread). On a line the best one of each class counts (of equal ones the first by
priority, then code); what counts adds up, down to the floor. Its threshold is on the gross price of the lines it touches.
Offers that use units (N for M, bundle, free item) are part of phase 1: every time one is given it takes whole units, and no unit
is taken twice, by whichever offers; of all ways to take them the one of the greatest value counts. In N for M the cheapest of the
N are free (of equal ones those of the higher line); free is down to the floor. What a bundle saves is summed over all times,
rounded once and spread over its units by their prices. Other promotions of phase 1 may touch the same units: amounts add up.
Phase 2, from what phase 1 left of its lines: all of them are computed from the same amounts; percentages are rounded half up
once together, by the largest remainder; each is spread over its lines by what is left of them, and gives way to others where it
can go elsewhere, so that all together take off the most that floors allow (loy_planFlow, by priority, then code). Threshold on
gross, or on what phase 1 left.
Phase 3: bonuses in the order of priority, end, beginning and id pay at most bonusShare of what is left of the receipt, of a line
what loy_getPayable says, and no more than the buyer wants; service points pay services, to the floor. Placed by loy_planFlow.
Phase 4: what is really paid earns (loy_planEarning). Gifts of phase 2 are given when their threshold is met.
Value: discounts, plus every bonus used times (1 - what it is worth to keep it), plus what is earned and given times earnValue.';
