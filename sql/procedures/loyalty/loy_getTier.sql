-- The tier that so much bought gives.
--
--   SELECT loy_getTier(750);
--
CREATE OR REPLACE FUNCTION loy_getTier(purchases numeric)
RETURNS loy_tiers
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    tier loy_tiers;
BEGIN
    -- Returns may bring the sum below zero: the lowest tier is everybody's.
    SELECT * INTO STRICT tier
    FROM loy_tiers
    WHERE loy_tiers.minPurchases <= greatest(purchases, 0)
    ORDER BY loy_tiers.rank DESC
    LIMIT 1;

    RETURN tier;
END;
$$;

COMMENT ON FUNCTION loy_getTier IS 'The highest tier of which minPurchases is reached.';
