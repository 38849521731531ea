-- What a person's bonuses lose when, if nothing is spent.
--
--   SELECT * FROM loy_getForecast('alice');
--
CREATE OR REPLACE FUNCTION loy_getForecast(username text)
RETURNS TABLE (until timestamptz, amount numeric, kind text, unit text, pending numeric)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
BEGIN
    RETURN QUERY
    SELECT
        CASE WHEN isfinite(lot.validTo) THEN lot.validTo END,
        sum(lot.remaining),
        lot.kind,
        kinds.unit::text,
        coalesce(sum(lot.remaining) FILTER (WHERE lot.validFrom > moment), 0)
    FROM loy_lots AS lot
    INNER JOIN loy_kinds AS kinds ON lot.kind = kinds.code
    WHERE lot.username = loy_getForecast.username AND NOT lot.isSpent AND lot.validTo > moment
    GROUP BY lot.validTo, lot.kind, kinds.unit
    ORDER BY lot.validTo, lot.kind;
END;
$$;

COMMENT ON FUNCTION loy_getForecast IS
'Rows in the order in which bonuses end: until (null: never), how many of which kind and unit, and how many of them do not work yet.';

GRANT EXECUTE ON FUNCTION loy_getForecast TO portal_web, portal_till, portal_marketing, portal_dba, portal_report;
