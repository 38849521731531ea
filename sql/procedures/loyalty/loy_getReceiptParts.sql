-- What happened to each line of a receipt: what took something off, what paid for it, what it earned.
--
--   SELECT line, part, code, amount, back FROM loy_getReceiptParts('alice', 1);
--
CREATE OR REPLACE FUNCTION loy_getReceiptParts(username text, receiptID bigint)
RETURNS TABLE (
    line integer,
    part text,
    code text,
    names jsonb,
    kind text,
    unit text,
    lot_id bigint,
    amount numeric,
    back numeric,
    valid_from timestamptz,
    valid_to timestamptz
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        given.number, 'discount', given.promotion, promotion.names, NULL, NULL, NULL::bigint, given.amount::numeric,
        0::numeric, NULL::timestamptz, NULL::timestamptz
    FROM loy_lineDiscounts AS given
    INNER JOIN loy_receipts AS receipt ON given.username = receipt.username AND given.receiptID = receipt.receiptID
    LEFT JOIN loy_promotions AS promotion
        ON receipt.setVersion = promotion.setVersion AND given.promotion = promotion.code
    WHERE given.username = loy_getReceiptParts.username AND given.receiptID = loy_getReceiptParts.receiptID
    UNION ALL
    SELECT
        paid.number, 'payment', NULL, bonus.names, lot.kind, bonus.unit::text, paid.lotID, paid.amount::numeric,
        paid.returned::numeric, lot.validFrom, nullif(lot.validTo, 'infinity')
    FROM loy_linePayments AS paid
    INNER JOIN loy_lots AS lot ON paid.username = lot.username AND paid.lotID = lot.lotID
    INNER JOIN loy_kinds AS bonus ON lot.kind = bonus.code
    WHERE paid.username = loy_getReceiptParts.username AND paid.receiptID = loy_getReceiptParts.receiptID
    UNION ALL
    SELECT
        earned.number, 'earning', earned.promotion, promotion.names, earned.kind, bonus.unit::text, earned.lotID,
        earned.amount::numeric, earned.takenBack::numeric, lot.validFrom, nullif(lot.validTo, 'infinity')
    FROM loy_lineEarnings AS earned
    INNER JOIN loy_receipts AS receipt ON earned.username = receipt.username AND earned.receiptID = receipt.receiptID
    INNER JOIN loy_kinds AS bonus ON earned.kind = bonus.code
    LEFT JOIN loy_lots AS lot ON earned.username = lot.username AND earned.lotID = lot.lotID
    LEFT JOIN loy_promotions AS promotion
        ON receipt.setVersion = promotion.setVersion AND earned.promotion = promotion.code
    WHERE earned.username = loy_getReceiptParts.username AND earned.receiptID = loy_getReceiptParts.receiptID
    ORDER BY 1, 2, 3, 7;
END;
$$;

COMMENT ON FUNCTION loy_getReceiptParts IS
'part: discount (code is the promotion), payment (a lot of a kind), earning (by the promotion code, of a kind). names: of the
promotion in the set that decided the receipt, for payments of the kind, by language. back: what returns have taken back of it.
lot_id of an earning is null until it is booked.';

GRANT EXECUTE ON FUNCTION loy_getReceiptParts TO portal_web, portal_dba;
