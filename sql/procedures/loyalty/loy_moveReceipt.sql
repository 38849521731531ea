-- Move a sale, and the returns of it, from one account to another.
--
--   SELECT loy_moveReceipt('anon-s001-07', 'alice', 17);
--
CREATE OR REPLACE FUNCTION loy_moveReceipt(username text, newUsername text, receiptID bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moved bigint[] := ARRAY(
        SELECT loy_receipts.receiptID
        FROM loy_receipts
        WHERE
            loy_receipts.username = loy_moveReceipt.username
            AND (loy_receipts.receiptID = loy_moveReceipt.receiptID OR loy_receipts.saleID = loy_moveReceipt.receiptID)
    );
BEGIN
    INSERT INTO loy_receipts (
        username, receiptID, kind, storeID, till, businessDay, number, saleID, soldAt, decidedAt, isOffline, setVersion, basket,
        context, lots, gross, discount, bonus, service, net, earned, deducted, isProved, gap, nodes, answer, createdAt
    )
    SELECT
        newUsername, one.receiptID, one.kind, one.storeID, one.till, one.businessDay, one.number, one.saleID, one.soldAt,
        one.decidedAt, one.isOffline, one.setVersion, one.basket, one.context, one.lots, one.gross, one.discount, one.bonus,
        one.service, one.net, one.earned, one.deducted, one.isProved, one.gap, one.nodes, one.answer, one.createdAt
    FROM loy_receipts AS one
    WHERE one.username = loy_moveReceipt.username AND one.receiptID = ANY (moved);

    INSERT INTO loy_receiptLines (
        username, receiptID, number, saleLine, sku, name, attributes, quantity, returned, price, gross, discount, bonus, service,
        net, earned
    )
    SELECT
        newUsername, one.receiptID, one.number, one.saleLine, one.sku, one.name, one.attributes, one.quantity, one.returned,
        one.price, one.gross, one.discount, one.bonus, one.service, one.net, one.earned
    FROM loy_receiptLines AS one
    WHERE one.username = loy_moveReceipt.username AND one.receiptID = ANY (moved);

    INSERT INTO loy_lineDiscounts (username, receiptID, number, promotion, amount)
    SELECT newUsername, one.receiptID, one.number, one.promotion, one.amount
    FROM loy_lineDiscounts AS one
    WHERE one.username = loy_moveReceipt.username AND one.receiptID = ANY (moved);

    UPDATE loy_receiptKeys
    SET username = newUsername
    FROM loy_receipts AS one
    WHERE
        one.username = newUsername
        AND one.receiptID = ANY (moved)
        AND loy_receiptKeys.storeID = one.storeID
        AND loy_receiptKeys.businessDay = one.businessDay
        AND loy_receiptKeys.till = one.till
        AND loy_receiptKeys.number = one.number;

    DELETE FROM loy_lineEarnings
    WHERE loy_lineEarnings.username = loy_moveReceipt.username AND loy_lineEarnings.receiptID = ANY (moved);
    DELETE FROM loy_lineDiscounts
    WHERE loy_lineDiscounts.username = loy_moveReceipt.username AND loy_lineDiscounts.receiptID = ANY (moved);
    DELETE FROM loy_receiptLines
    WHERE loy_receiptLines.username = loy_moveReceipt.username AND loy_receiptLines.receiptID = ANY (moved);
    DELETE FROM loy_receipts
    WHERE loy_receipts.username = loy_moveReceipt.username AND loy_receipts.receiptID = ANY (moved);
END;
$$;

COMMENT ON FUNCTION loy_moveReceipt IS
'Called under the lock of both accounts, for a receipt of nobody: no bonuses paid for it. The ids stay.';
