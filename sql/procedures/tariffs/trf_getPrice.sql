-- What a tariff costs for a period; a tariff without prices is free.
--
--   SELECT trf_getPrice(as_trf_tariffs, 12) FROM as_trf_tariffs;
--
CREATE OR REPLACE FUNCTION trf_getPrice(tariff as_trf_tariffs, period integer)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT coalesce(
        CASE period
            WHEN 1 THEN tariff.price
            WHEN 6 THEN tariff.price6
            WHEN 12 THEN tariff.price12
            WHEN 36 THEN tariff.price36
        END,
        0.00
    )
$$;

COMMENT ON FUNCTION trf_getPrice IS
'The price of a tariff for 1, 6, 12 or 36 months. 0 for a tariff without prices, and for period 0, which costs nothing.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION trf_getPrice TO portal_web, portal_worker, portal_dba, portal_report;
