-- How much each promotion gives in a decision: what it takes off and what it lets earn.
--
--   SELECT * FROM loy_getGiven('{"lines": [{"line": 1, "discounts": [{"promotion": "spring", "amount": "10.00"}]}]}');
--
CREATE OR REPLACE FUNCTION loy_getGiven(decision jsonb)
RETURNS TABLE (promotion text, amount numeric)
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT parts.promotion, sum(parts.amount)
    FROM (
        SELECT discount.promotion, discount.amount
        FROM jsonb_to_recordset(loy_getGiven.decision -> 'lines') AS decided (discounts jsonb)
        CROSS JOIN LATERAL jsonb_to_recordset(decided.discounts) AS discount (promotion text, amount numeric)

        UNION ALL
        SELECT earning.promotion, earning.amount
        FROM jsonb_to_recordset(loy_getGiven.decision -> 'earnings') AS earning (promotion text, amount numeric)
    ) AS parts
    GROUP BY parts.promotion
    HAVING sum(parts.amount) > 0
$$;

COMMENT ON FUNCTION loy_getGiven IS 'One row a promotion: discounts of all lines and bonuses earned, together.';
