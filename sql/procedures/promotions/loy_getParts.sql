-- The parts of an offer that uses units: what each is and how many units of it.
--
--   SELECT loy_getParts('nForM', '{"buy": 3, "pay": 2, "free": "cheapest"}');
--
CREATE OR REPLACE FUNCTION loy_getParts(kind text, offer jsonb)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
SELECT
    CASE loy_getParts.kind
        WHEN 'nForM' THEN jsonb_build_array(jsonb_build_object('qty', loy_getParts.offer -> 'buy'))
        WHEN 'bundle' THEN loy_getParts.offer -> 'parts'
        WHEN 'freeItem' THEN
            CASE
                WHEN loy_getParts.offer ? 'get'
                    THEN jsonb_build_array(coalesce(loy_getParts.offer -> 'buy', '{"qty": 0}'), loy_getParts.offer -> 'get')
                ELSE '[]'
            END
        ELSE '[]'
    END;
$$;

COMMENT ON FUNCTION loy_getParts IS
'Of N for M one part of N units; of a bundle its own parts; of a free item what has to be bought and what is free. None for what
uses no units, and for an item that is handed out without standing on the receipt.';
