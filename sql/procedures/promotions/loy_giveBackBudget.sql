-- Give back to a promotion's budget what a return undoes of a sale.
--
--   SELECT loy_giveBackBudget('first-thousand', 's001', '2026-11-03T10:00Z', 10);
--
CREATE OR REPLACE FUNCTION loy_giveBackBudget(
    promotion text,
    storeID text,
    at timestamptz,
    amount numeric
)
RETURNS numeric
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    limits record;
    taken loy_budgetSlots;
    rest numeric := amount;
BEGIN
    SELECT * INTO limits
    FROM loy_budgetsAt(loy_giveBackBudget.storeID, at) AS budgets
    WHERE budgets.promotion = loy_giveBackBudget.promotion;
    IF NOT FOUND THEN
        RETURN 0.00;
    END IF;

    -- Slots are waited for in their order, and slot 0 not at all: nobody who holds it waits for these.
    FOR taken IN
        SELECT loy_budgetSlots.*
        FROM loy_budgetSlots
        WHERE
            loy_budgetSlots.promotion = limits.promotion
            AND loy_budgetSlots.storeID = limits.budgetStore
            AND loy_budgetSlots.period = limits.period
            AND loy_budgetSlots.slot > 0
            AND loy_budgetSlots.given > 0
        ORDER BY loy_budgetSlots.slot
        FOR NO KEY UPDATE
    LOOP
        EXIT WHEN rest <= 0.00;
        UPDATE loy_budgetSlots
        SET given = loy_budgetSlots.given - least(rest, taken.given)
        WHERE
            loy_budgetSlots.promotion = taken.promotion
            AND loy_budgetSlots.storeID = taken.storeID
            AND loy_budgetSlots.period = taken.period
            AND loy_budgetSlots.slot = taken.slot;
        rest := rest - least(rest, taken.given);
    END LOOP;

    RETURN amount - rest;
END;
$$;

COMMENT ON FUNCTION loy_giveBackBudget IS
'Gives an amount back to the budget it was taken from at a moment, and says how much that was: 0 where the promotion had none.
Whoever gives back of several promotions does so in the order of their codes.';
