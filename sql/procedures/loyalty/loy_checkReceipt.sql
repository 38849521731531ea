-- Whether a store may enter a receipt of this name and day; null when it may, a refusal when not.
--
--   SELECT * FROM loy_checkReceipt('s001', '1', current_date, '17');
--
CREATE OR REPLACE FUNCTION loy_checkReceipt(storeID text, till text, businessDay date, number text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    store loy_stores;
    today date;
    days integer;
BEGIN
    SELECT * INTO store FROM loy_stores WHERE loy_stores.storeID = loy_checkReceipt.storeID;
    IF store.isActive IS NOT TRUE THEN
        RETURN loy_checkStore(storeID);
    END IF;
    IF till IS NULL OR till !~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$' THEN
        RETURN refuse('wrong_till', 'A till is named by 1 to 32 letters and digits.', '{"field": "till"}');
    END IF;
    IF number IS NULL OR number !~ '^[A-Za-z0-9][A-Za-z0-9_./-]{0,63}$' THEN
        RETURN refuse('wrong_number', 'A receipt''s number has 1 to 64 letters and digits.', '{"field": "number"}');
    END IF;

    today := (as_now() AT TIME ZONE store.timeZone)::date;
    -- A day more, for tills whose clock is ahead at midnight.
    IF businessDay IS NULL OR businessDay > today + 1 THEN
        RETURN refuse(
            'wrong_day', format('The business day is not one up to today, %s.', today),
            jsonb_build_object('field', 'businessDay', 'today', today)
        );
    END IF;
    IF businessDay >= today THEN
        RETURN NULL;
    END IF;
    days := as_getSetting('loyOfflineDays')::integer;
    IF businessDay < today - days THEN
        RETURN refuse(
            'too_late',
            format('Receipts are taken for %s days; this one needs an administrator.', days),
            jsonb_build_object('field', 'businessDay', 'today', today, 'days', days)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkReceipt IS
'Null when the store is open, till and number are names, and the business day is at most loyOfflineDays ago by the clock of the
store''s time zone.
Refuses: no_such_store, store_closed, wrong_till, wrong_number, wrong_day, too_late.';
