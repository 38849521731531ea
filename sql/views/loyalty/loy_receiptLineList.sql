-- The lines of sales and returns.
--
--   SELECT * FROM loy_receiptLineList WHERE username = 'alice' AND receipt_id = 17 ORDER BY number;
--
CREATE OR REPLACE VIEW loy_receiptLineList AS
SELECT
    loy_receiptLines.username,
    loy_receiptLines.receiptID AS receipt_id,
    loy_receiptLines.number,
    loy_receiptLines.saleLine AS sale_line,
    loy_receiptLines.sku,
    loy_receiptLines.name,
    loy_receiptLines.attributes,
    trim_scale(loy_receiptLines.quantity) AS quantity,
    trim_scale(loy_receiptLines.returned) AS returned,
    loy_receiptLines.price::numeric AS price,
    loy_receiptLines.gross::numeric AS gross,
    loy_receiptLines.discount::numeric AS discount,
    loy_receiptLines.bonus::numeric AS bonus,
    loy_receiptLines.service::numeric AS service,
    loy_receiptLines.net::numeric AS net,
    loy_receiptLines.earned::numeric AS earned
FROM loy_receiptLines;

COMMENT ON VIEW loy_receiptLineList IS
'returned: how much of it has come back. Quantity and amounts of a return are negative; sale_line is the line of the sale.';

GRANT SELECT ON loy_receiptLineList TO portal_web, portal_dba, portal_report;
