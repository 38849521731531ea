-- Write the lines of a return, and on those of the sale how much has come back.
--
--   SELECT loy_writeReturnLines('alice', 18, 17, '[]');
--
CREATE OR REPLACE FUNCTION loy_writeReturnLines(username text, receiptID bigint, saleID bigint, parts jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    INSERT INTO loy_receiptLines (
        username, receiptID, number, saleLine, sku, name, attributes, quantity, returned, price, gross, discount, bonus, service,
        net, earned
    )
    SELECT
        loy_writeReturnLines.username, loy_writeReturnLines.receiptID, line.position, sold.number, sold.sku, sold.name,
        sold.attributes, -line.quantity, 0, sold.price, -line.gross, -line.discount, -line.bonus, -line.service, -line.net,
        -line.earned
    FROM ROWS FROM (
        jsonb_to_recordset(parts) AS (
            number integer, quantity numeric, gross numeric, discount numeric, bonus numeric, service numeric, net numeric,
            earned numeric
        )
    ) WITH ORDINALITY AS line (number, quantity, gross, discount, bonus, service, net, earned, position)
    INNER JOIN loy_receiptLines AS sold
        ON sold.number = line.number AND sold.username = loy_writeReturnLines.username AND sold.receiptID = saleID;

    INSERT INTO loy_lineDiscounts (username, receiptID, number, promotion, amount)
    SELECT loy_writeReturnLines.username, loy_writeReturnLines.receiptID, lines.number, given.promotion, -given.amount
    FROM loy_receiptLines AS lines
    INNER JOIN jsonb_to_recordset(parts) AS line (number integer, discounts jsonb) ON line.number = lines.saleLine
    CROSS JOIN LATERAL jsonb_to_recordset(line.discounts) AS given (promotion text, amount numeric)
    WHERE lines.username = loy_writeReturnLines.username AND lines.receiptID = loy_writeReturnLines.receiptID;

    UPDATE loy_receiptLines
    SET returned = loy_receiptLines.returned + line.quantity
    FROM jsonb_to_recordset(parts) AS line (number integer, quantity numeric)
    WHERE
        loy_receiptLines.username = loy_writeReturnLines.username
        AND loy_receiptLines.receiptID = saleID
        AND loy_receiptLines.number = line.number;
END;
$$;

COMMENT ON FUNCTION loy_writeReturnLines IS 'parts: as loy_getReturnParts gave them. Amounts and quantities of a return are negative.';
