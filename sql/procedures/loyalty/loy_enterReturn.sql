-- Enter the return of some lines of a sale: under the lock of its account everything is judged and written.
--
--   SELECT * FROM loy_enterReturn('alice', 17, 's001', '1', current_date, '18', '[{"line": 1, "quantity": "1"}]', as_now(), sha256('{}'));
--
CREATE OR REPLACE FUNCTION loy_enterReturn(
    username text,
    saleID bigint,
    storeID text,
    till text,
    businessDay date,
    number text,
    lines jsonb,
    soldAt timestamptz,
    bodyHash bytea
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    request text := concat_ws('/', 'receipt', storeID, till, businessDay, number);
    owner text := loy_lockAccount(username);
    sale loy_receipts;
    fresh bigint;
    totals record;
    part record;
    wrong record;
    parts jsonb;
    missing numeric := 0.00;
    left_ numeric;
    deducted numeric;
    told text;
    earlier outcome;
BEGIN
    earlier := loy_findAnswer(storeID, till, businessDay, number, bodyHash);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO sale
    FROM loy_receipts
    WHERE loy_receipts.username = loy_enterReturn.username AND loy_receipts.receiptID = loy_enterReturn.saleID;
    -- It was claimed while this one waited: the next attempt finds it in its new account.
    IF NOT FOUND THEN
        RETURN refuse(
            'try_again', 'The sale is being given to somebody in this moment. Send the very same again.', '{"field": "sale"}'
        );
    END IF;
    -- It is a return itself.
    IF sale.kind <> 'sale' THEN
        RETURN refuse('no_such_sale', 'There is no sale of this number.', '{"field": "sale"}');
    END IF;
    IF sale.createdAt < moment - make_interval(days => as_getSetting('loyReturnDays')::integer) THEN
        RETURN refuse(
            'return_too_late', format('Goods come back for %s days.', as_getSetting('loyReturnDays')),
            jsonb_build_object('field', 'sale', 'days', as_getSetting('loyReturnDays')::integer)
        );
    END IF;

    SELECT asked.line, asked.quantity, sold.quantity - sold.returned AS free INTO wrong
    FROM jsonb_to_recordset(lines) AS asked (line integer, quantity numeric)
    LEFT JOIN loy_receiptLines AS sold
        ON sold.number = asked.line AND sold.username = loy_enterReturn.username AND sold.receiptID = saleID
    WHERE sold.number IS NULL OR asked.quantity > sold.quantity - sold.returned
    ORDER BY asked.line
    LIMIT 1;
    IF FOUND THEN
        IF wrong.free IS NULL THEN
            RETURN refuse(
                'no_such_line', format('The sale has no line %s.', wrong.line),
                jsonb_build_object('field', 'lines', 'line', wrong.line)
            );
        END IF;
        RETURN refuse(
            'nothing_left',
            format('Of line %s only %s can still come back.', wrong.line, trim_scale(wrong.free)),
            jsonb_build_object('field', 'lines', 'line', wrong.line, 'left', trim_scale(wrong.free)::text)
        );
    END IF;

    fresh := nextval('loy_receipts_receiptid_seq');
    INSERT INTO loy_receiptKeys (storeID, businessDay, till, number, username, receiptID, bodyHash, createdAt)
    VALUES (storeID, businessDay, till, number, username, fresh, bodyHash, moment)
    ON CONFLICT ON CONSTRAINT loy_receiptkeys_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN loy_findAnswer(storeID, till, businessDay, number, bodyHash);
    END IF;

    PERFORM loy_bookSale(username, saleID);
    parts := loy_getReturnParts(username, saleID, lines);

    -- Bonuses back first: what was earned by goods that are no more is taken from all that there is.
    FOR part IN
        SELECT (entry.payment ->> 'lotID')::bigint AS lotID, line.number, (entry.payment ->> 'amount')::numeric AS amount
        FROM jsonb_to_recordset(parts) AS line (number integer, payments jsonb)
        CROSS JOIN LATERAL jsonb_array_elements(line.payments) AS entry (payment)
        ORDER BY 1, 2
    LOOP
        PERFORM loy_restoreLot(username, owner, part.lotID, part.amount, fresh, part.number, request);
        UPDATE loy_linePayments
        SET returned = loy_linePayments.returned + part.amount
        WHERE
            loy_linePayments.username = loy_enterReturn.username
            AND loy_linePayments.receiptID = saleID
            AND loy_linePayments.number = part.number
            AND loy_linePayments.lotID = part.lotID;
    END LOOP;

    FOR part IN
        SELECT
            line.number, entry.earning ->> 'promotion' AS promotion, entry.earning ->> 'kind' AS kind,
            (entry.earning ->> 'lotID')::bigint AS lotID, (entry.earning ->> 'amount')::numeric AS amount
        FROM jsonb_to_recordset(parts) AS line (number integer, earnings jsonb)
        CROSS JOIN LATERAL jsonb_array_elements(line.earnings) AS entry (earning)
        ORDER BY 1, 2
    LOOP
        left_ := loy_takeBack(username, owner, part.lotID, part.kind, part.amount, fresh, part.number, request);
        missing := missing + left_;
        UPDATE loy_lineEarnings
        SET takenBack = loy_lineEarnings.takenBack + part.amount
        WHERE
            loy_lineEarnings.username = loy_enterReturn.username
            AND loy_lineEarnings.receiptID = saleID
            AND loy_lineEarnings.number = part.number
            AND loy_lineEarnings.promotion = part.promotion;
    END LOOP;

    SELECT
        sum(line.gross) AS gross, sum(line.discount) AS discount, sum(line.bonus) AS bonus, sum(line.service) AS service,
        sum(line.net) AS net, sum(line.earned) AS earned
    INTO totals
    FROM jsonb_to_recordset(parts) AS line (
        gross numeric, discount numeric, bonus numeric, service numeric, net numeric, earned numeric
    );
    -- A bonus is worth one of the currency.
    deducted := CASE as_getSetting('loyReturnPolicy') WHEN 'unlimited' THEN least(missing, totals.net) ELSE 0 END;

    told := jsonb_build_object(
        'receipt', jsonb_build_object(
            'store', storeID, 'till', till, 'businessDay', businessDay, 'number', number, 'kind', 'return',
            'soldAt', loy_writeMoment(soldAt), 'enteredAt', loy_writeMoment(moment)
        ),
        'sale', jsonb_build_object(
            'store', sale.storeID, 'till', sale.till, 'businessDay', sale.businessDay, 'number', sale.number
        ),
        'lines', (
            SELECT jsonb_agg(
                jsonb_build_object(
                    'line', line.number, 'quantity', line.quantity, 'gross', line.gross, 'discount', line.discount,
                    'bonus', line.bonus, 'service', line.service, 'refund', line.net, 'earned', line.earned
                )
                ORDER BY line.number
            )
            FROM jsonb_to_recordset(parts) AS line (
                number integer, quantity text, gross text, discount text, bonus text, service text, net text, earned text
            )
        ),
        'refund', (totals.net - deducted)::numeric(14, 2)::text,
        'deducted', deducted::numeric(14, 2)::text,
        'bonus', totals.bonus::numeric(14, 2)::text,
        'service', totals.service::numeric(14, 2)::text,
        'earned', totals.earned::numeric(14, 2)::text,
        'notTakenBack', (missing - deducted)::numeric(14, 2)::text,
        'currency', as_getSetting('currency')
    )::text;

    INSERT INTO loy_receipts (
        username, receiptID, kind, storeID, till, businessDay, number, saleID, soldAt, decidedAt, isOffline, setVersion, basket,
        context, lots, gross, discount, bonus, service, net, earned, deducted, isProved, gap, nodes, answer, createdAt
    )
    VALUES (
        username, fresh, 'return', storeID, till, businessDay, number, saleID, soldAt, moment, false, sale.setVersion,
        jsonb_build_object('lines', lines), '{}', '[]', -totals.gross, -totals.discount, -totals.bonus, -totals.service,
        -totals.net, -totals.earned, deducted, true, 0, 0, told, moment
    );
    PERFORM loy_writeReturnLines(username, fresh, saleID, parts);
    PERFORM loy_undoPurchase(owner, sale, parts);

    RETURN done(
        'receipt_entered', 'The receipt is entered.',
        jsonb_build_object('username', username, 'receiptID', fresh, 'answer', told)
    );
END;
$$;

COMMENT ON FUNCTION loy_enterReturn IS
'The part of loy_return that belongs to one account; of an account that was merged, both are locked.
Refuses: receipt_changed, try_again, no_such_sale, return_too_late, no_such_line, nothing_left.';
