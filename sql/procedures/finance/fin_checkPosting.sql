-- Whether a movement made by hand is well described; null when it is, a refusal when not.
--
--   SELECT * FROM fin_checkPosting(12.50, 'Cash at the desk', 'source:cash', ARRAY['source', 'expense']);
--
CREATE OR REPLACE FUNCTION fin_checkPosting(amount numeric, purpose text, counterparty text, kinds text[])
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    refusal := fin_checkAmount(amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF purpose IS NULL OR purpose !~ '\S' THEN
        RETURN refuse('purpose_missing', 'Say what the money is for.', '{"field": "purpose"}');
    END IF;
    IF length(purpose) > 200 THEN
        RETURN refuse(
            'purpose_too_long', 'The purpose has at most 200 characters.', '{"field": "purpose", "maximum": 200}'
        );
    END IF;

    RETURN fin_checkCounterparty(counterparty, kinds);
END;
$$;

COMMENT ON FUNCTION fin_checkPosting IS
'Null when the amount can be moved, the purpose has 1 to 200 characters, and the system account is one of the kinds.
Refuses: amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise, purpose_missing,
purpose_too_long, no_such_counterparty, wrong_counterparty.';
