-- The answer where the price is not the one that the till expects.
--
--   SELECT * FROM loy_refusePrice('{"net": "79.80"}');
--
CREATE OR REPLACE FUNCTION loy_refusePrice(decision jsonb)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN refuse(
        'price_changed',
        format('The price has changed: it is now %s %s. Show it to the buyer and send it again.', decision ->> 'net', as_getSetting('currency')),
        jsonb_build_object('net', decision ->> 'net', 'currency', as_getSetting('currency'), 'decision', decision)
    );
END;
$$;

COMMENT ON FUNCTION loy_refusePrice IS 'details.decision is the new one.
Refuses: price_changed.';
