-- Which lot pays how much of which line in a decision.
--
--   SELECT * FROM loy_getPayments('{"lines": [{"line": 1, "payments": [{"lotID": "17", "amount": "20.00"}]}]}');
--
CREATE OR REPLACE FUNCTION loy_getPayments(decision jsonb)
RETURNS TABLE (line integer, lotID bigint, amount numeric)
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT decided.line, (payment.part ->> 'lotID')::bigint, (payment.part ->> 'amount')::numeric
    FROM jsonb_to_recordset(loy_getPayments.decision -> 'lines') AS decided (line integer, payments jsonb)
    CROSS JOIN LATERAL jsonb_array_elements(decided.payments) AS payment (part)
$$;

COMMENT ON FUNCTION loy_getPayments IS 'One row a line and lot.';
