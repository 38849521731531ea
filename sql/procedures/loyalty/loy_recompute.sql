-- Decide a receipt again by the promotions, lots and settings of its own moment, and compare.
--
--   SELECT same, differences FROM loy_recompute('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_recompute(username text, receiptID bigint)
RETURNS TABLE (same boolean, decision jsonb, differences jsonb)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    sale loy_receipts;
BEGIN
    SELECT * INTO sale
    FROM loy_receipts
    WHERE
        loy_receipts.username = loy_recompute.username
        AND loy_receipts.receiptID = loy_recompute.receiptID
        AND loy_receipts.kind = 'sale';
    IF NOT FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;

    decision := loy_spreadGifts(
        loy_decide(sale.basket, sale.context, sale.lots, sale.decidedAt, sale.setVersion)
    );
    differences := coalesce(
        (
            SELECT jsonb_agg(jsonb_build_object('line', both_.number, 'stored', both_.stored, 'decided', both_.decided) ORDER BY both_.number)
            FROM (
                SELECT
                    stored.number,
                    jsonb_build_object(
                        'gross', stored.gross::text, 'discount', stored.discount::text, 'bonus', stored.bonus::text,
                        'service', stored.service::text, 'net', stored.net::text, 'earned', stored.earned::text,
                        'discounts', (
                            SELECT coalesce(jsonb_object_agg(part.promotion, part.amount::text), '{}')
                            FROM loy_lineDiscounts AS part
                            WHERE part.username = stored.username AND part.receiptID = stored.receiptID AND part.number = stored.number
                        ),
                        'payments', (
                            SELECT coalesce(jsonb_object_agg(part.lotID, part.amount::text), '{}')
                            FROM loy_linePayments AS part
                            WHERE part.username = stored.username AND part.receiptID = stored.receiptID AND part.number = stored.number
                        )
                    ) AS stored,
                    jsonb_build_object(
                        'gross', fresh.line ->> 'gross', 'discount', fresh.line ->> 'discount', 'bonus', fresh.line ->> 'bonus',
                        'service', fresh.line ->> 'service', 'net', fresh.line ->> 'net', 'earned', fresh.line ->> 'earned',
                        'discounts', (
                            SELECT coalesce(jsonb_object_agg(part.promotion, part.amount::numeric(14, 2)::text), '{}')
                            FROM jsonb_to_recordset(fresh.line -> 'discounts') AS part (promotion text, amount numeric)
                        ),
                        'payments', (
                            SELECT coalesce(jsonb_object_agg(part.lot ->> 'lotID', (part.lot ->> 'amount')::numeric(14, 2)::text), '{}')
                            FROM jsonb_array_elements(fresh.line -> 'payments') AS part (lot)
                        )
                    ) AS decided
                FROM loy_receiptLines AS stored
                LEFT JOIN jsonb_array_elements(decision -> 'lines') AS fresh (line) ON (fresh.line ->> 'line')::integer = stored.number
                WHERE stored.username = loy_recompute.username AND stored.receiptID = loy_recompute.receiptID
            ) AS both_
            WHERE both_.stored <> both_.decided
        ),
        '[]'
    );
    same := differences = '[]';
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_recompute IS
'decision: what loy_decide says of what the receipt keeps of its moment; differences: the lines in which amounts, promotions or
payments are not as they are stored; same: there are none. All null for a return, which is a part of its sale, and where there
is no such receipt.';

GRANT EXECUTE ON FUNCTION loy_recompute TO portal_web, portal_dba;
