-- Make a running budget larger or smaller; how large it is then.
--
--   SELECT loy_setAllowance('first-thousand', '', '2026-11-01', 2000);
--
CREATE OR REPLACE FUNCTION loy_setAllowance(
    promotion text,
    storeID text,
    period date,
    allowed numeric
)
RETURNS numeric
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    pool loy_budgetSlots;
    other loy_budgetSlots;
    total numeric;
    less numeric;
    step numeric;
BEGIN
    INSERT INTO loy_budgetSlots (promotion, storeID, period, slot, allowed, given)
    VALUES (
        loy_setAllowance.promotion, loy_setAllowance.storeID, loy_setAllowance.period, 0, loy_setAllowance.allowed, 0
    )
    ON CONFLICT DO NOTHING;

    SELECT * INTO pool
    FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = loy_setAllowance.promotion
        AND loy_budgetSlots.storeID = loy_setAllowance.storeID
        AND loy_budgetSlots.period = loy_setAllowance.period
        AND loy_budgetSlots.slot = 0
    FOR NO KEY UPDATE;

    -- Nobody changes the sum without slot 0.
    SELECT sum(loy_budgetSlots.allowed) INTO total
    FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = loy_setAllowance.promotion
        AND loy_budgetSlots.storeID = loy_setAllowance.storeID
        AND loy_budgetSlots.period = loy_setAllowance.period;

    less := total - loy_setAllowance.allowed;
    step := least(less, pool.allowed - pool.given);
    UPDATE loy_budgetSlots
    SET allowed = loy_budgetSlots.allowed - step
    WHERE
        loy_budgetSlots.promotion = pool.promotion
        AND loy_budgetSlots.storeID = pool.storeID
        AND loy_budgetSlots.period = pool.period
        AND loy_budgetSlots.slot = 0;
    less := less - step;

    FOR other IN
        SELECT loy_budgetSlots.*
        FROM loy_budgetSlots
        WHERE
            loy_budgetSlots.promotion = pool.promotion
            AND loy_budgetSlots.storeID = pool.storeID
            AND loy_budgetSlots.period = pool.period
            AND loy_budgetSlots.slot > 0
            AND loy_budgetSlots.allowed > loy_budgetSlots.given
        ORDER BY loy_budgetSlots.slot
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        EXIT WHEN less <= 0;
        step := least(less, other.allowed - other.given);
        UPDATE loy_budgetSlots
        SET allowed = loy_budgetSlots.allowed - step
        WHERE
            loy_budgetSlots.promotion = other.promotion
            AND loy_budgetSlots.storeID = other.storeID
            AND loy_budgetSlots.period = other.period
            AND loy_budgetSlots.slot = other.slot;
        less := less - step;
    END LOOP;

    RETURN loy_setAllowance.allowed + less;
END;
$$;

COMMENT ON FUNCTION loy_setAllowance IS
'Sets how much one period of a budget may give in all, and says what it became: more than asked where that much is given already,
or is being given at this moment.';
