-- How people came into their tiers.
--
--   SELECT at, previous, tier, purchases, reason FROM loy_tierHistory WHERE username = 'alice' ORDER BY id;
--
CREATE OR REPLACE VIEW loy_tierHistory AS
SELECT
    change.username,
    change.id,
    change.createdAt AS at,
    change.tier,
    tier.names AS tier_names,
    change.previous,
    previous.names AS previous_names,
    coalesce(tier.rank > previous.rank, true) AS is_up,
    change.purchases,
    change.reason,
    change.actor
FROM loy_tierLog AS change
INNER JOIN loy_tiers AS tier ON change.tier = tier.code
LEFT JOIN loy_tiers AS previous ON change.previous = previous.code;

COMMENT ON VIEW loy_tierHistory IS
'One row a change of tier. purchases: how much counted then. reason: joined, purchases, returned (the goods came back that had
reached it), time (old purchases count no more), merged, migrated.';

GRANT SELECT ON loy_tierHistory TO portal_web, portal_dba, portal_report;
