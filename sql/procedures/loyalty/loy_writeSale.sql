-- Write a sale as it was decided: receipt, lines, what each promotion gave, which lot paid, what is to be booked.
--
--   SELECT loy_writeSale('alice', 17, 's001', '1', current_date, '17', as_now(), false, '{"lines": []}', NULL, as_now());
--
CREATE OR REPLACE FUNCTION loy_writeSale(
    username text,
    receiptID bigint,
    storeID text,
    till text,
    businessDay date,
    number text,
    soldAt timestamptz,
    isOffline boolean,
    basket jsonb,
    deal loy_deal,
    enteredAt timestamptz
)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := concat_ws('/', 'receipt', storeID, till, businessDay, number);
    decision jsonb := deal.decision;
    person jsonb;
    payLines integer[];
    payLots bigint[];
    payAmounts numeric[];
    wanted bigint;
    taken bigint;
    told text;
BEGIN
    -- All that a lot pays at once, and no more than is left in it: what a hold set aside is there.
    IF (decision ->> 'bonus')::numeric + (decision ->> 'service')::numeric > 0 THEN
        SELECT array_agg(payment.line), array_agg(payment.lotID), array_agg(payment.amount), count(DISTINCT payment.lotID)
        INTO payLines, payLots, payAmounts, wanted
        FROM loy_getPayments(decision) AS payment;

        UPDATE loy_lots
        SET
            remaining = loy_lots.remaining - spent.amount,
            isSpent = (loy_lots.remaining = spent.amount)
        FROM (
            SELECT payment.lotID, sum(payment.amount) AS amount
            FROM unnest(payLots, payAmounts) AS payment (lotID, amount)
            GROUP BY payment.lotID
        ) AS spent
        WHERE
            loy_lots.username = loy_writeSale.username
            -- Said twice, so that they are found one by one however many lots somebody has had.
            AND loy_lots.lotID = ANY (payLots)
            AND loy_lots.lotID = spent.lotID
            AND loy_lots.remaining >= spent.amount;
        GET DIAGNOSTICS taken = ROW_COUNT;
        IF taken <> wanted THEN
            RAISE EXCEPTION 'Receipt % of % takes more than there is.', number, username;
        END IF;

        INSERT INTO loy_moves (username, lotID, kind, amount, receiptID, lineNumber, requestKey, createdAt)
        SELECT loy_writeSale.username, payment.lotID, 'spend', -payment.amount, loy_writeSale.receiptID, payment.line, request, enteredAt
        FROM unnest(payLines, payLots, payAmounts) AS payment (line, lotID, amount);
        INSERT INTO loy_linePayments (username, receiptID, number, lotID, amount, returned)
        SELECT loy_writeSale.username, loy_writeSale.receiptID, payment.line, payment.lotID, payment.amount, 0
        FROM unnest(payLines, payLots, payAmounts) AS payment (line, lotID, amount);
    END IF;

    person := loy_describeAccount(username);
    told := jsonb_build_object(
        'receipt', jsonb_build_object(
            'store', storeID, 'till', till, 'businessDay', businessDay, 'number', number, 'kind', 'sale',
            'soldAt', loy_writeMoment(soldAt), 'enteredAt', loy_writeMoment(enteredAt), 'isOffline', isOffline
        ),
        'account', person,
        'decision', decision,
        'currency', as_getSetting('currency')
    )::text;

    INSERT INTO loy_receipts (
        username, receiptID, kind, storeID, till, businessDay, number, soldAt, decidedAt, isOffline, setVersion, basket, context,
        lots, gross, discount, bonus, service, net, earned, deducted, isProved, gap, nodes, answer, createdAt
    )
    VALUES (
        username, receiptID, 'sale', storeID, till, businessDay, number, soldAt, deal.decidedAt, isOffline, deal.setVersion,
        basket, deal.context, deal.lots, (decision ->> 'gross')::numeric, (decision ->> 'discount')::numeric,
        (decision ->> 'bonus')::numeric, (decision ->> 'service')::numeric, (decision ->> 'net')::numeric,
        (decision ->> 'earned')::numeric, 0, (decision ->> 'proved')::boolean, (decision ->> 'gap')::numeric,
        (decision ->> 'nodes')::integer, told, enteredAt
    );

    INSERT INTO loy_receiptLines (
        username, receiptID, number, sku, name, attributes, quantity, returned, price, gross, discount, bonus, service, net, earned
    )
    SELECT
        loy_writeSale.username, loy_writeSale.receiptID, line.number, line.sku, line.name, line.attributes, line.quantity, 0,
        line.price, line.gross, line.discount, line.bonus, line.service, line.net, line.earned
    -- Both have all lines, from 1 on.
    FROM ROWS FROM (
        jsonb_to_recordset(basket -> 'lines') AS (line integer, sku text, name text, attributes jsonb, qty numeric, price numeric),
        jsonb_to_recordset(decision -> 'lines') AS (
            gross numeric, discount numeric, bonus numeric, service numeric, net numeric, earned numeric
        )
    ) AS line (number, sku, name, attributes, quantity, price, gross, discount, bonus, service, net, earned);

    IF (decision ->> 'discount')::numeric > 0 THEN
        INSERT INTO loy_lineDiscounts (username, receiptID, number, promotion, amount)
        SELECT loy_writeSale.username, loy_writeSale.receiptID, decided.line, discount.promotion, sum(discount.amount)
        FROM jsonb_to_recordset(decision -> 'lines') AS decided (line integer, discounts jsonb)
        CROSS JOIN LATERAL jsonb_to_recordset(decided.discounts) AS discount (promotion text, amount numeric)
        GROUP BY decided.line, discount.promotion;
    END IF;
    PERFORM loy_writeEarnings(username, receiptID, decision);
    IF person IS NOT NULL THEN
        INSERT INTO loy_toBook (username, receiptID, createdAt) VALUES (username, receiptID, enteredAt);
    END IF;

    RETURN told;
END;
$$;

COMMENT ON FUNCTION loy_writeSale IS
'Called under the lock of the account, with its name in loy_receiptKeys. Answers what the till is told.';
