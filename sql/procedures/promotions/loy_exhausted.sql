-- Which promotions have nothing left of their budget in a store at a moment.
--
--   SELECT loy_exhausted('s001', now());
--
CREATE OR REPLACE FUNCTION loy_exhausted(storeID text, at timestamptz)
RETURNS text[]
LANGUAGE sql
STABLE
AS $$
    SELECT coalesce(array_agg(budgets.promotion ORDER BY budgets.promotion), '{}')
    FROM loy_budgetsAt(loy_exhausted.storeID, at) AS budgets
    WHERE (
        SELECT sum(loy_budgetSlots.allowed - loy_budgetSlots.given)
        FROM loy_budgetSlots
        WHERE
            loy_budgetSlots.promotion = budgets.promotion
            AND loy_budgetSlots.storeID = budgets.budgetStore
            AND loy_budgetSlots.period = budgets.period
    ) <= 0
$$;

COMMENT ON FUNCTION loy_exhausted IS
'The codes of the promotions whose budget of this moment''s period is given away; a budget that nobody has taken of yet is whole.';
