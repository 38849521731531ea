-- Write what each line of a sale earns, to be booked.
--
--   SELECT loy_writeEarnings('alice', 17, '{"earnings": []}');
--
CREATE OR REPLACE FUNCTION loy_writeEarnings(username text, receiptID bigint, decision jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    INSERT INTO loy_lineEarnings (username, receiptID, number, promotion, kind, scope, amount, takenBack)
    SELECT
        loy_writeEarnings.username, loy_writeEarnings.receiptID, part.line, earning.promotion, earning.kind, nullif(earning.scope, 'null'),
        part.amount, 0
    FROM jsonb_to_recordset(decision -> 'earnings') AS earning (promotion text, kind text, scope jsonb, lines jsonb)
    CROSS JOIN LATERAL jsonb_to_recordset(earning.lines) AS part (line integer, amount numeric)
    WHERE part.amount > 0;
END;
$$;

COMMENT ON FUNCTION loy_writeEarnings IS 'By line and promotion, with the kind and scope of the bonuses they will be.';
