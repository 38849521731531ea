-- Whether a store may ask for anything; null when it may, a refusal when not.
--
--   SELECT * FROM loy_checkStore('s001');
--
CREATE OR REPLACE FUNCTION loy_checkStore(storeID text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    store loy_stores;
BEGIN
    SELECT * INTO store FROM loy_stores WHERE loy_stores.storeID = loy_checkStore.storeID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_store', format('There is no store %s.', storeID), '{"field": "storeID"}');
    END IF;
    IF NOT store.isActive THEN
        RETURN refuse('store_closed', format('The store %s is closed.', store.name), '{"field": "storeID"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkStore IS 'Null when there is such a store and it is open.
Refuses: no_such_store, store_closed.';
