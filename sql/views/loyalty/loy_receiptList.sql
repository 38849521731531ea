-- Sales and returns, as they were decided.
--
--   SELECT * FROM loy_receiptList WHERE username = 'alice' ORDER BY sold_at DESC;
--
CREATE OR REPLACE VIEW loy_receiptList AS
SELECT
    loy_receipts.username,
    loy_receipts.receiptID AS receipt_id,
    loy_receipts.kind::text AS kind,
    loy_receipts.storeID AS store_id,
    coalesce(loy_stores.name, loy_receipts.storeID) AS store,
    loy_receipts.till,
    loy_receipts.businessDay AS business_day,
    loy_receipts.number,
    loy_receipts.saleID AS sale_id,
    loy_receipts.soldAt AS sold_at,
    loy_receipts.decidedAt AS decided_at,
    loy_receipts.isOffline AS is_offline,
    loy_receipts.setVersion AS set_version,
    loy_receipts.gross::numeric AS gross,
    loy_receipts.discount::numeric AS discount,
    loy_receipts.bonus::numeric AS bonus,
    loy_receipts.service::numeric AS service,
    loy_receipts.net::numeric AS net,
    loy_receipts.earned::numeric AS earned,
    loy_receipts.deducted::numeric AS deducted,
    loy_receipts.isProved AS is_proved,
    loy_receipts.gap::numeric AS gap,
    loy_receipts.nodes,
    NOT EXISTS (
        SELECT
        FROM loy_toBook
        WHERE loy_toBook.username = loy_receipts.username AND loy_toBook.receiptID = loy_receipts.receiptID
    ) AS is_booked,
    CASE
        WHEN loy_receipts.kind = 'return' THEN NULL
        WHEN NOT back.has_some THEN 'none'
        WHEN back.has_all THEN 'all'
        ELSE 'part'
    END AS returned,
    loy_receipts.createdAt AS created_at
FROM loy_receipts
LEFT JOIN loy_stores ON loy_stores.storeID = loy_receipts.storeID
CROSS JOIN LATERAL (
    SELECT
        coalesce(bool_or(loy_receiptLines.returned > 0), false) AS has_some,
        coalesce(bool_and(loy_receiptLines.returned = loy_receiptLines.quantity), false) AS has_all
    FROM loy_receiptLines
    WHERE loy_receiptLines.username = loy_receipts.username AND loy_receiptLines.receiptID = loy_receipts.receiptID
) AS back;

COMMENT ON VIEW loy_receiptList IS
'Amounts of a return are negative; sale_id is what it undoes, deducted what was kept of the refund. returned: none, part or all of a
sale; null for a return. is_booked: its bonuses are given.';

GRANT SELECT ON loy_receiptList TO portal_web, portal_dba, portal_report;
