-- What each returned line gives back, as shares that add up to the whole when all of it has come back.
--
--   SELECT loy_getReturnParts('alice', 17, '[{"line": 1, "quantity": "1"}]');
--
CREATE OR REPLACE FUNCTION loy_getReturnParts(username text, saleID bigint, lines jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(
            jsonb_build_object(
                'number', sold.number,
                'quantity', trim_scale(asked.quantity)::text,
                'discounts', taken.discounts,
                'payments', paid.payments,
                'earnings', earned.earnings,
                'net', share.net::text,
                'discount', taken.amount::text,
                'bonus', paid.bonus::text,
                'service', paid.service::text,
                'earned', earned.amount::text,
                -- What the parts make, so that a part of a line adds up as the whole does.
                'gross', (share.net + taken.amount + paid.bonus + paid.service)::text
            )
            ORDER BY sold.number
        )
        FROM jsonb_to_recordset(lines) AS asked (line integer, quantity numeric)
        INNER JOIN loy_receiptLines AS sold
            ON sold.number = asked.line AND sold.username = loy_getReturnParts.username AND sold.receiptID = saleID
        CROSS JOIN LATERAL (
            SELECT
                (
                    loy_getShare(sold.net, sold.returned + asked.quantity, sold.quantity)
                    - loy_getShare(sold.net, sold.returned, sold.quantity)
                )::numeric(14, 2) AS net
        ) AS share
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(pieces.amount), 0)::numeric(14, 2) AS amount,
                coalesce(
                    jsonb_agg(
                        jsonb_build_object('promotion', pieces.promotion, 'amount', pieces.amount::text)
                        ORDER BY pieces.promotion
                    ) FILTER (WHERE pieces.amount <> 0),
                    '[]'
                ) AS discounts
            FROM (
                SELECT
                    given.promotion,
                    loy_getShare(given.amount, sold.returned + asked.quantity, sold.quantity)
                    - loy_getShare(given.amount, sold.returned, sold.quantity) AS amount
                FROM loy_lineDiscounts AS given
                WHERE
                    given.username = loy_getReturnParts.username
                    AND given.receiptID = saleID
                    AND given.number = sold.number
            ) AS pieces
        ) AS taken
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(pieces.amount) FILTER (WHERE pieces.unit = 'bonus'), 0)::numeric(14, 2) AS bonus,
                coalesce(sum(pieces.amount) FILTER (WHERE pieces.unit = 'service'), 0)::numeric(14, 2) AS service,
                coalesce(
                    jsonb_agg(
                        jsonb_build_object('lotID', pieces.lotID, 'amount', pieces.amount::text)
                        ORDER BY pieces.lotID
                    ) FILTER (WHERE pieces.amount <> 0),
                    '[]'
                ) AS payments
            FROM (
                SELECT
                    given.lotID,
                    loy_kinds.unit,
                    loy_getShare(given.amount, sold.returned + asked.quantity, sold.quantity) - given.returned AS amount
                FROM loy_linePayments AS given
                INNER JOIN loy_lots ON loy_lots.username = given.username AND loy_lots.lotID = given.lotID
                INNER JOIN loy_kinds ON loy_kinds.code = loy_lots.kind
                WHERE
                    given.username = loy_getReturnParts.username
                    AND given.receiptID = saleID
                    AND given.number = sold.number
            ) AS pieces
        ) AS paid
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(pieces.amount), 0)::numeric(14, 2) AS amount,
                coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'promotion', pieces.promotion, 'kind', pieces.kind, 'lotID', pieces.lotID, 'amount', pieces.amount::text
                        )
                        ORDER BY pieces.promotion
                    ) FILTER (WHERE pieces.amount <> 0),
                    '[]'
                ) AS earnings
            FROM (
                SELECT
                    given.promotion,
                    given.kind,
                    given.lotID,
                    loy_getShare(given.amount, sold.returned + asked.quantity, sold.quantity) - given.takenBack AS amount
                FROM loy_lineEarnings AS given
                WHERE
                    given.username = loy_getReturnParts.username
                    AND given.receiptID = saleID
                    AND given.number = sold.number
            ) AS pieces
        ) AS earned
    );
END;
$$;

COMMENT ON FUNCTION loy_getReturnParts IS
'Objects by line: net (money), discount, bonus, service, earned, gross (their sum but for earned), and of what they consist:
discounts by promotion, payments by lot, earnings by promotion. Each share is rounded by all that has come back so far.';
