-- What each set of promotions changed of the one before it.
--
--   SELECT code, change, fields FROM loy_promotionChanges WHERE set_version = 4;
--
CREATE OR REPLACE VIEW loy_promotionChanges AS
SELECT
    loy_promotionSets.version AS set_version,
    base.version AS base_version,
    pairs.code,
    pairs.names,
    pairs.phase,
    pairs.kind,
    CASE
        WHEN pairs.before IS NULL THEN 'added'
        WHEN pairs.after IS NULL THEN 'removed'
        ELSE 'changed'
    END AS change,
    (
        SELECT array_agg(fields.key ORDER BY fields.key)
        FROM jsonb_object_keys(pairs.before) AS fields (key)
        WHERE pairs.after IS NOT NULL AND pairs.before -> fields.key IS DISTINCT FROM pairs.after -> fields.key
    ) AS fields,
    pairs.before,
    pairs.after
FROM loy_promotionSets
CROSS JOIN LATERAL (
    SELECT max(former.version) AS version
    FROM loy_promotionSets AS former
    WHERE former.publishedAt IS NOT NULL AND former.version < loy_promotionSets.version
) AS base
CROSS JOIN LATERAL (
    SELECT
        coalesce(fresh.code, former.code) AS code,
        coalesce(fresh.names, former.names) AS names,
        coalesce(fresh.phase, former.phase) AS phase,
        coalesce(fresh.kind, former.kind) AS kind,
        to_jsonb(former) - '{setversion,number,code,updatedat}'::text[] AS before,
        to_jsonb(fresh) - '{setversion,number,code,updatedat}'::text[] AS after
    FROM (
        SELECT loy_promotions.*
        FROM loy_promotions
        WHERE loy_promotions.setVersion = loy_promotionSets.version
    ) AS fresh
    FULL JOIN (
        SELECT loy_promotions.*
        FROM loy_promotions
        WHERE loy_promotions.setVersion = base.version
    ) AS former ON former.code = fresh.code
) AS pairs
WHERE pairs.before IS DISTINCT FROM pairs.after;

COMMENT ON VIEW loy_promotionChanges IS
'Promotions that a set added, changed or removed; the open draft is compared with the set published last. before and after: the
rows without what does not matter; fields: which of them differ.';

GRANT SELECT ON loy_promotionChanges TO portal_web, portal_dba, portal_report;
