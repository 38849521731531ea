-- Give back what a decision took from the budgets of its promotions.
--
--   SELECT loy_giveBackBudgets('s001', as_now(), '{"promotions": [{"promotion": "spring", "state": "given", "amount": "10.00"}]}');
--
CREATE OR REPLACE FUNCTION loy_giveBackBudgets(storeID text, at timestamptz, decision jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    back record;
BEGIN
    FOR back IN
        SELECT given.promotion, given.amount FROM loy_getGiven(decision) AS given ORDER BY given.promotion
    LOOP
        PERFORM loy_giveBackBudget(back.promotion, storeID, at, back.amount);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_giveBackBudgets IS 'at: the moment of the decision, as loy_takeBudgets was given it.';
