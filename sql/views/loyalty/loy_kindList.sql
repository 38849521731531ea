-- Kinds of bonuses, in the order in which they are spent.
--
--   SELECT code, unit, priority, validity, validity_length FROM loy_kindList ORDER BY unit, priority, code;
--
CREATE OR REPLACE VIEW loy_kindList AS
SELECT
    kind.code,
    kind.names,
    kind.unit,
    kind.priority,
    kind.scope,
    kind.validity,
    kind.validityLength AS validity_length,
    kind.pendingDays AS pending_days,
    kind.graceDays AS grace_days,
    kind.isActive AS is_active,
    kind.createdAt AS created_at
FROM loy_kinds AS kind;

COMMENT ON VIEW loy_kindList IS 'loy_kinds: names by language, the smaller priority is spent first; is_active: it can be given.';

GRANT SELECT ON loy_kindList TO portal_web, portal_marketing, portal_dba, portal_report;
