-- Take what a decision gives from the budgets of its promotions: all of them or none.
--
--   SELECT loy_takeBudgets('s001', as_now(), '{"promotions": [{"promotion": "spring", "state": "given", "amount": "10.00"}]}', '17');
--
CREATE OR REPLACE FUNCTION loy_takeBudgets(storeID text, at timestamptz, decision jsonb, spread text)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted record;
    taken jsonb := jsonb_build_array();
BEGIN
    -- A set without budgets, which most are, has nothing to take.
    PERFORM FROM loy_budgetsAt(loy_takeBudgets.storeID, at) LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    FOR wanted IN
        SELECT given.promotion, given.amount
        FROM loy_getGiven(decision) AS given
        INNER JOIN loy_budgetsAt(loy_takeBudgets.storeID, at) AS budgets ON budgets.promotion = given.promotion
        ORDER BY given.promotion
    LOOP
        IF NOT loy_takeBudget(wanted.promotion, storeID, at, wanted.amount, loy_getSpread(spread)) THEN
            PERFORM loy_giveBackBudget(back.promotion, loy_takeBudgets.storeID, at, back.amount)
            FROM jsonb_to_recordset(taken) AS back (promotion text, amount numeric)
            ORDER BY back.promotion;
            RETURN wanted.promotion;
        END IF;
        taken := taken || jsonb_build_object('promotion', wanted.promotion, 'amount', wanted.amount);
    END LOOP;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_takeBudgets IS
'Null when every budget had enough; else the promotion whose budget had not, and nothing is taken. at: the moment of the decision,
whose set the budgets are of. spread: the number of the receipt; different ones work on different rows.';
