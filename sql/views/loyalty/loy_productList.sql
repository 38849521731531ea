-- Products that tills need not describe.
--
--   SELECT sku, name, attributes, floor FROM loy_productList ORDER BY updated_at DESC LIMIT 20;
--
CREATE OR REPLACE VIEW loy_productList AS
SELECT
    sku,
    name,
    attributes,
    floor,
    isSpecial AS is_special,
    isService AS is_service,
    updatedAt AS updated_at
FROM loy_products;

COMMENT ON VIEW loy_productList IS
'floor: the lowest price of a unit, 0 for none; is_special: no discount and no bonuses; is_service: service points can pay it.';

GRANT SELECT ON loy_productList TO portal_web, portal_dba, portal_report;
