-- Stores, with how many keys their tills have.
--
--   SELECT * FROM loy_storeList ORDER BY store_id;
--
CREATE OR REPLACE VIEW loy_storeList AS
SELECT
    loy_stores.storeID AS store_id,
    loy_stores.name,
    loy_stores.city,
    loy_stores.country,
    loy_stores.timeZone AS time_zone,
    loy_stores.channel,
    loy_stores.isActive AS is_active,
    loy_stores.createdAt AS created_at,
    (
        SELECT count(*)
        FROM loy_storeKeys
        WHERE loy_storeKeys.storeID = loy_stores.storeID AND loy_storeKeys.revokedAt IS NULL
    ) AS keys
FROM loy_stores;

COMMENT ON VIEW loy_storeList IS 'Every store; keys: how many of its keys are good.';

GRANT SELECT ON loy_storeList TO portal_web, portal_dba, portal_report;
