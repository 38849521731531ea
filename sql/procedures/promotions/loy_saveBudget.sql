-- Make the budget of a promotion larger or smaller for the period that runs.
--
--   SELECT * FROM loy_saveBudget('first-thousand', 2000);
--
CREATE OR REPLACE FUNCTION loy_saveBudget(
    promotion text,
    amount numeric,
    storeID text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('promotion', promotion, 'amount', trim_scale(amount)::text, 'storeID', storeID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    rule loy_promotions;
    limits record;
    given numeric;
    became numeric;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_saveBudget', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO rule
    FROM loy_promotions
    WHERE loy_promotions.setVersion = loy_getSetAt(as_now()) AND loy_promotions.code = loy_saveBudget.promotion;
    IF NOT FOUND THEN
        RETURN refuse('no_such_promotion', format('No promotion %s is in force.', promotion), '{"field": "promotion"}');
    END IF;
    SELECT * INTO limits
    FROM loy_budgetsAt(coalesce(loy_saveBudget.storeID, ''), as_now()) AS budgets
    WHERE budgets.promotion = rule.code;
    IF NOT FOUND THEN
        RETURN refuse('no_budget', format('%s has no budget.', promotion), '{"field": "promotion"}');
    END IF;
    PERFORM FROM loy_stores WHERE loy_stores.storeID = loy_saveBudget.storeID;
    IF rule.budgetPer = 'store' AND NOT FOUND THEN
        RETURN refuse('no_such_store', 'Say of which store.', '{"field": "storeID"}');
    END IF;
    refusal := fin_checkAmount(amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT coalesce(sum(loy_budgetSlots.given), 0) INTO given
    FROM loy_budgetSlots
    WHERE
        loy_budgetSlots.promotion = limits.promotion
        AND loy_budgetSlots.storeID = limits.budgetStore
        AND loy_budgetSlots.period = limits.period;
    IF amount < given THEN
        RETURN refuse(
            'budget_given', format('%s of it is given already.', given),
            jsonb_build_object('field', 'amount', 'given', given::text, 'currency', as_getSetting('currency'))
        );
    END IF;

    became := loy_setAllowance(limits.promotion, limits.budgetStore, limits.period, amount);

    RETURN as_record(
        asker, 'loy_saveBudget', asked, request, actor,
        done(
            'budget_saved', format('The budget of %s is %s now, from %s on.', promotion, became, limits.period),
            jsonb_build_object(
                'promotion', promotion, 'storeID', limits.budgetStore, 'period', limits.period,
                'amount', became::numeric(14, 2)::text, 'currency', as_getSetting('currency')
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveBudget IS
'Sets how much a promotion in force may give in the period that runs, of one store where its budget is one per store. The next
period begins with what the set says. details.amount is what it became: more than asked where tills give it at this moment.
Answers budget_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_promotion,
no_budget, no_such_store, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise,
budget_given.';

GRANT EXECUTE ON FUNCTION loy_saveBudget TO portal_web, portal_dba;
