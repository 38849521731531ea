-- The fields that both address books have, and whose word counts.
--
--   SELECT * FROM ctr_fieldList ORDER BY sort_order;
--
CREATE OR REPLACE VIEW ctr_fieldList AS
SELECT
    ctr_fields.code,
    ctr_fields.name,
    ctr_fields.direction,
    ctr_fields.winner,
    ctr_fields.length,
    ctr_fields.mayBeCut AS may_be_cut,
    ctr_fields.sortOrder AS sort_order,
    ctr_fields.updatedAt AS updated
FROM ctr_fields;

COMMENT ON VIEW ctr_fieldList IS 'direction: both, out, in, none. winner: portal, pohoda, newest, ask. length is Pohoda''s.';

GRANT SELECT ON ctr_fieldList TO portal_web, portal_worker, portal_dba, portal_report;
