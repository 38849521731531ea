-- The keys with which the tills of a store sign, without their secrets.
--
--   SELECT * FROM loy_storeKeyList WHERE store_id = 's001';
--
CREATE OR REPLACE VIEW loy_storeKeyList AS
SELECT
    loy_storeKeys.storeID AS store_id,
    loy_storeKeys.keyID AS key_id,
    loy_storeKeys.createdAt AS created_at,
    loy_storeKeys.revokedAt AS revoked_at,
    loy_storeKeys.revokedAt IS NULL AS is_good
FROM loy_storeKeys;

COMMENT ON VIEW loy_storeKeyList IS 'Good and revoked ones. A secret is told once, when its key is made.';

GRANT SELECT ON loy_storeKeyList TO portal_web, portal_dba, portal_report;
