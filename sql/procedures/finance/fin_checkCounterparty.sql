-- Whether money can come from, or go to, a system account by hand; null when it can, a refusal when not.
--
--   SELECT * FROM fin_checkCounterparty('source:cash', ARRAY['source', 'expense']);
--
CREATE OR REPLACE FUNCTION fin_checkCounterparty(counterparty text, kinds text[])
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM fin_counterparties WHERE fin_counterparties.code = counterparty) THEN
        RETURN refuse(
            'no_such_counterparty',
            format('There is no system account %s; fin_counterparties lists them.', counterparty),
            '{"field": "counterparty"}'
        );
    END IF;
    -- What tariffs cost and give back is booked by their own procedures, which keep the log beside it.
    IF split_part(counterparty, ':', 1) <> ALL (kinds) OR counterparty = 'income:tariff' THEN
        RETURN refuse(
            'wrong_counterparty',
            format('%s is not for this kind of movement.', counterparty),
            jsonb_build_object('field', 'counterparty', 'counterparty', counterparty)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkCounterparty IS
'Null when the system account exists, is of one of the kinds (source, income, expense) and is not the one of tariffs, which
only their own procedures use.
Refuses: no_such_counterparty, wrong_counterparty.';
