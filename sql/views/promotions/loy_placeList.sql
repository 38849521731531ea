-- What promotions can be limited to where things are sold: stores, cities, countries and channels.
--
--   SELECT value, words FROM loy_placeList WHERE dimension = 'city';
--
CREATE OR REPLACE VIEW loy_placeList AS
SELECT 'store' AS dimension, loy_stores.storeID AS value, loy_stores.name AS words
FROM loy_stores
WHERE loy_stores.isActive
UNION ALL
SELECT DISTINCT 'city', lower(loy_stores.city), loy_stores.city
FROM loy_stores
WHERE loy_stores.isActive AND loy_stores.city <> ''
UNION ALL
SELECT DISTINCT 'country', loy_stores.country, upper(loy_stores.country)
FROM loy_stores
WHERE loy_stores.isActive
UNION ALL
SELECT DISTINCT 'channel', lower(loy_stores.channel), loy_stores.channel
FROM loy_stores
WHERE loy_stores.isActive AND loy_stores.channel <> '';

COMMENT ON VIEW loy_placeList IS
'dimension: store, city, country or channel; value: as conditions of promotions name it; words: as people do.';

GRANT SELECT ON loy_placeList TO portal_web, portal_dba, portal_report;
