-- The budgets that promotions have in a store at a moment, and which period's they are.
--
--   SELECT * FROM loy_budgetsAt('s001', now());
--
CREATE OR REPLACE FUNCTION loy_budgetsAt(storeID text, at timestamptz)
RETURNS TABLE (promotion text, budget numeric, budgetStore text, period date)
LANGUAGE sql
STABLE
AS $$
    SELECT
        loy_promotions.code,
        loy_promotions.budget::numeric,
        CASE loy_promotions.budgetPer WHEN 'store' THEN loy_budgetsAt.storeID ELSE '' END,
        loy_getBudgetPeriod(
            loy_promotions.budgetPeriod,
            at,
            -- A store's own day, week or month begins at its own midnight.
            CASE WHEN loy_promotions.budgetPer = 'store' AND loy_stores.timeZone IS NOT NULL
                THEN loy_stores.timeZone
                ELSE as_clock.timeZone
            END
        )
    FROM as_clock
    INNER JOIN loy_promotions ON loy_promotions.setVersion = loy_getSetAt(at)
    LEFT JOIN loy_stores ON loy_stores.storeID = loy_budgetsAt.storeID
    WHERE loy_promotions.budget IS NOT NULL AND NOT loy_promotions.isDisabled
$$;

COMMENT ON FUNCTION loy_budgetsAt IS
'The promotions with a budget in the set in force at a moment: how much, of which store (empty: of all together) and from which
day on.';
