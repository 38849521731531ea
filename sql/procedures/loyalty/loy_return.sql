-- Take goods back: money, bonuses to their own lots, and what was earned by them, as the mirror of the sale.
--
--   SELECT * FROM loy_return('s001', '1', current_date, '18', '{"till": "1", "businessDay": "2026-11-22", "number": "17"}', '[{"line": 1, "quantity": "1"}]');
--
CREATE OR REPLACE FUNCTION loy_return(
    storeID text,
    till text,
    businessDay date,
    number text,
    sale jsonb,
    lines jsonb,
    soldAt timestamptz DEFAULT NULL,
    body bytea DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    hash bytea := sha256(coalesce(body, convert_to(jsonb_build_array(sale, lines, soldAt)::text, 'UTF8')));
    sold loy_receiptKeys;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := loy_findAnswer(storeID, till, businessDay, number, hash);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := loy_checkReceipt(storeID, till, businessDay, number);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF soldAt NOT BETWEEN as_now() - interval '100 years' AND as_now() + interval '100 years' THEN
        RETURN refuse('invalid_value', 'That is too far from today.', '{"field": "soldAt"}');
    END IF;
    refusal := loy_checkReturn(sale, lines);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF coalesce(sale ->> 'store', storeID) <> storeID AND as_getSetting('loyReturnElsewhere') <> 'true' THEN
        RETURN refuse(
            'other_store', 'Goods come back to the store that sold them.', '{"field": "sale.store"}'
        );
    END IF;
    SELECT * INTO sold
    FROM loy_receiptKeys
    WHERE
        loy_receiptKeys.storeID = coalesce(sale ->> 'store', loy_return.storeID)
        AND loy_receiptKeys.businessDay = (sale ->> 'businessDay')::date
        AND loy_receiptKeys.till = sale ->> 'till'
        AND loy_receiptKeys.number = sale ->> 'number';
    IF NOT FOUND THEN
        RETURN refuse('no_such_sale', 'There is no sale of this number.', '{"field": "sale"}');
    END IF;

    RETURN loy_enterReturn(
        sold.username, sold.receiptID, storeID, till, businessDay, number, lines, coalesce(soldAt, as_now()), hash
    );
END;
$$;

COMMENT ON FUNCTION loy_return IS
'Idempotent by (storeID, till, businessDay, number) like loy_commit. sale: till, businessDay and number of the sale, and its store
where the setting loyReturnElsewhere allows another. lines: which of its lines, and how much of them. Each line gives back its
share by cumulative rounding, so that parts together are the whole. What had been earned is taken back by the line that earned it:
what of it is unspent, then by loyReturnPolicy. A sale that is not booked yet is booked first. details.answer: what the till is
told, as text: refund, deducted, bonus, service, earned.
Refuses: receipt_changed, no_such_store, store_closed, wrong_till, wrong_number, wrong_day, too_late, invalid_value (soldAt),
wrong_sale, no_lines, too_many_lines, wrong_line, wrong_quantity, other_store, no_such_sale, try_again (it is being claimed),
return_too_late, no_such_line, nothing_left.';

GRANT EXECUTE ON FUNCTION loy_return TO portal_till, portal_dba;
