-- Every set of promotions: the draft, the one in force, those before it.
--
--   SELECT version, state, promotions, added, changed, removed FROM loy_setList ORDER BY version DESC;
--
CREATE OR REPLACE VIEW loy_setList AS
SELECT
    loy_promotionSets.version,
    CASE
        WHEN loy_promotionSets.publishedAt IS NULL THEN 'draft'
        WHEN loy_promotionSets.version = latest.version THEN 'inForce'
        ELSE 'past'
    END AS state,
    loy_promotionSets.note,
    loy_promotionSets.createdAt AS created,
    loy_promotionSets.publishedAt AS published_at,
    loy_promotionSets.publishedBy AS published_by,
    loy_promotionSets.settings,
    base.version AS base_version,
    base.version IS NOT NULL AND base.settings <> loy_promotionSets.settings AS settings_changed,
    rules.promotions,
    changes.added,
    changes.changed,
    changes.removed,
    md5(loy_promotionSets.settings::text || rules.content) AS fingerprint
FROM loy_promotionSets
CROSS JOIN (
    SELECT max(published.version) AS version
    FROM loy_promotionSets AS published
    WHERE published.publishedAt IS NOT NULL AND published.publishedAt <= as_now()
) AS latest
LEFT JOIN LATERAL (
    SELECT former.version, former.settings
    FROM loy_promotionSets AS former
    WHERE former.publishedAt IS NOT NULL AND former.version < loy_promotionSets.version
    ORDER BY former.version DESC
    LIMIT 1
) AS base ON true
CROSS JOIN LATERAL (
    SELECT
        count(*) AS promotions,
        coalesce(string_agg(loy_promotions::text, E'\n' ORDER BY loy_promotions.number), '') AS content
    FROM loy_promotions
    WHERE loy_promotions.setVersion = loy_promotionSets.version
) AS rules
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE loy_promotionChanges.change = 'added') AS added,
        count(*) FILTER (WHERE loy_promotionChanges.change = 'changed') AS changed,
        count(*) FILTER (WHERE loy_promotionChanges.change = 'removed') AS removed
    FROM loy_promotionChanges
    WHERE loy_promotionChanges.set_version = loy_promotionSets.version
) AS changes;

COMMENT ON VIEW loy_setList IS
'Sets of promotions: draft (not in force yet), inForce, past. added, changed, removed: against base_version, the set published
before it. fingerprint changes with anything in the set; loy_publishSet can be told the one that was looked at.';

GRANT SELECT ON loy_setList TO portal_web, portal_dba, portal_report;
