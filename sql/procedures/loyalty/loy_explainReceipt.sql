-- Which promotions gave what on which line of a receipt, and why the others did not.
--
--   SELECT line, promotion, state, amount, msg FROM loy_explainReceipt('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_explainReceipt(username text, receiptID bigint)
RETURNS TABLE (line integer, promotion text, state text, amount numeric, reason text, params jsonb, msg text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    sale loy_receipts;
    isFinal boolean;
BEGIN
    SELECT * INTO sale
    FROM loy_receipts
    WHERE
        loy_receipts.username = loy_explainReceipt.username
        AND loy_receipts.receiptID = loy_explainReceipt.receiptID
        AND loy_receipts.kind = 'sale'
        AND loy_receipts.setVersion IS NOT NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    isFinal := coalesce((sale.context ->> 'isFinal')::boolean, false);

    RETURN QUERY
    SELECT
        (part.line ->> 'line')::integer,
        told.promotion,
        told.state,
        coalesce((part.line ->> 'amount')::numeric, told.amount),
        CASE WHEN isFinal AND told.reason = 'budget_spent' THEN 'price_final' ELSE told.reason END,
        CASE WHEN part.line IS NULL THEN told.params ELSE '{}' END,
        CASE
            WHEN isFinal AND told.reason = 'budget_spent' THEN 'The price was final: it could only earn.'
            WHEN part.line IS NOT NULL
                THEN format('%s gives %s on line %s.', told.promotion, part.line ->> 'amount', part.line ->> 'line')
            ELSE told.msg
        END
    FROM loy_explain(sale.basket, sale.context, sale.lots, sale.decidedAt, sale.setVersion) WITH ORDINALITY AS told (
        promotion, state, amount, reason, params, msg, place
    )
    LEFT JOIN LATERAL jsonb_array_elements(
        CASE WHEN told.state = 'given' THEN told.params -> 'lines' END
    ) WITH ORDINALITY AS part (line, place) ON true
    ORDER BY told.state <> 'given', told.place, part.place;
END;
$$;

COMMENT ON FUNCTION loy_explainReceipt IS
'One row a line where a promotion gave something; one row, without a line, for each of the others. state, reason and params: as
loy_explain says them, and price_final where the price was settled before this was decided, as for an offline receipt. No row
for a return, and where no promotions were in force.';

GRANT EXECUTE ON FUNCTION loy_explainReceipt TO portal_web, portal_dba;
