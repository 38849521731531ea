-- Take an amount out of a promotion's budget, never more than there is; whether it was there.
--
--   SELECT loy_takeBudget('first-thousand', 's001', now(), 10, 7);
--
CREATE OR REPLACE FUNCTION loy_takeBudget(
    promotion text,
    storeID text,
    at timestamptz,
    amount numeric,
    spread integer DEFAULT 1
)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- As many rows as are worked on at once by default; more are made where all of them are busy.
    slots CONSTANT integer := 16;
    own CONSTANT integer := 1 + abs(spread % slots);
    limits record;
    pool loy_budgetSlots;
    other loy_budgetSlots;
    target integer;
    free numeric;
    lease numeric;
    gathered numeric := 0.00;
    emptied integer[] := ARRAY[]::integer[];
BEGIN
    SELECT * INTO limits
    FROM loy_budgetsAt(loy_takeBudget.storeID, at) AS budgets
    WHERE budgets.promotion = loy_takeBudget.promotion;
    IF NOT FOUND OR amount <= 0.00 THEN
        RETURN true;
    END IF;

    -- The till's own slot, else any with enough in it that nobody is at.
    SELECT loy_budgetSlots.slot INTO target
    FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = limits.promotion
        AND loy_budgetSlots.storeID = limits.budgetStore
        AND loy_budgetSlots.period = limits.period
        AND loy_budgetSlots.slot > 0
        AND loy_budgetSlots.allowed - loy_budgetSlots.given >= amount
    ORDER BY loy_budgetSlots.slot = own DESC, loy_budgetSlots.slot
    LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        UPDATE loy_budgetSlots
        SET given = loy_budgetSlots.given + amount
        WHERE
            loy_budgetSlots.promotion = limits.promotion
            AND loy_budgetSlots.storeID = limits.budgetStore
            AND loy_budgetSlots.period = limits.period
            AND loy_budgetSlots.slot = target;
        RETURN true;
    END IF;

    -- Slot 0 is the only row that anybody waits for. Who holds it takes of the others what is free and waits for none of
    -- them, so that two never wait for each other.
    INSERT INTO loy_budgetSlots (promotion, storeID, period, slot, allowed, given)
    VALUES (limits.promotion, limits.budgetStore, limits.period, 0, limits.budget, 0)
    ON CONFLICT DO NOTHING;

    SELECT * INTO pool
    FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = limits.promotion
        AND loy_budgetSlots.storeID = limits.budgetStore
        AND loy_budgetSlots.period = limits.period
        AND loy_budgetSlots.slot = 0
    FOR NO KEY UPDATE;

    free := pool.allowed - pool.given;
    IF free < amount THEN
        -- What other slots have leased and not given is everybody's again.
        FOR other IN
            SELECT loy_budgetSlots.*
            FROM loy_budgetSlots
            WHERE
                loy_budgetSlots.promotion = limits.promotion
                AND loy_budgetSlots.storeID = limits.budgetStore
                AND loy_budgetSlots.period = limits.period
                AND loy_budgetSlots.slot > 0
                AND loy_budgetSlots.allowed > loy_budgetSlots.given
            ORDER BY loy_budgetSlots.slot
            FOR NO KEY UPDATE SKIP LOCKED
        LOOP
            gathered := gathered + other.allowed - other.given;
            emptied := emptied || other.slot;
        END LOOP;
        IF free + gathered < amount THEN
            RETURN false;
        END IF;
        UPDATE loy_budgetSlots
        SET allowed = loy_budgetSlots.given
        WHERE
            loy_budgetSlots.promotion = limits.promotion
            AND loy_budgetSlots.storeID = limits.budgetStore
            AND loy_budgetSlots.period = limits.period
            AND loy_budgetSlots.slot = ANY (emptied);
        free := free + gathered;
    END IF;

    -- Leases become smaller as the budget runs out.
    lease := greatest(amount, round(free / (2 * slots), 2));
    UPDATE loy_budgetSlots
    SET allowed = loy_budgetSlots.given + free - lease
    WHERE
        loy_budgetSlots.promotion = limits.promotion
        AND loy_budgetSlots.storeID = limits.budgetStore
        AND loy_budgetSlots.period = limits.period
        AND loy_budgetSlots.slot = 0;

    target := own;
    PERFORM FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = limits.promotion
        AND loy_budgetSlots.storeID = limits.budgetStore
        AND loy_budgetSlots.period = limits.period
        AND loy_budgetSlots.slot = own;
    IF FOUND THEN
        SELECT loy_budgetSlots.slot INTO target
        FROM loy_budgetSlots
        WHERE
            loy_budgetSlots.promotion = limits.promotion
            AND loy_budgetSlots.storeID = limits.budgetStore
            AND loy_budgetSlots.period = limits.period
            AND loy_budgetSlots.slot > 0
        ORDER BY loy_budgetSlots.slot = own DESC, loy_budgetSlots.slot
        LIMIT 1
        FOR NO KEY UPDATE SKIP LOCKED;
        IF FOUND THEN
            UPDATE loy_budgetSlots
            SET allowed = loy_budgetSlots.allowed + lease, given = loy_budgetSlots.given + amount
            WHERE
                loy_budgetSlots.promotion = limits.promotion
                AND loy_budgetSlots.storeID = limits.budgetStore
                AND loy_budgetSlots.period = limits.period
                AND loy_budgetSlots.slot = target;
            RETURN true;
        END IF;
        SELECT max(loy_budgetSlots.slot) + 1 INTO target
        FROM loy_budgetSlots
        WHERE
            loy_budgetSlots.promotion = limits.promotion
            AND loy_budgetSlots.storeID = limits.budgetStore
            AND loy_budgetSlots.period = limits.period;
    END IF;

    -- New slots are made under the lock of slot 0, so nobody makes the same one.
    INSERT INTO loy_budgetSlots (promotion, storeID, period, slot, allowed, given)
    VALUES (limits.promotion, limits.budgetStore, limits.period, target, lease, amount);

    RETURN true;
END;
$$;

COMMENT ON FUNCTION loy_takeBudget IS
'Takes an amount of the budget that the set in force at a moment gives a promotion; true where it was there or where there is no
budget, false (and nothing written) where it was not. Whoever takes of several promotions does so in the order of their codes.
spread: tills with different numbers work on different rows.';
