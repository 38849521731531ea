-- Fields that were changed on both sides.
--
--   SELECT * FROM ctr_conflictList WHERE is_open ORDER BY created;
--
CREATE OR REPLACE VIEW ctr_conflictList AS
SELECT
    ctr_conflicts.username,
    ctr_conflicts.id,
    as_users.name,
    ctr_contacts.pohodaID AS pohoda_id,
    ctr_conflicts.field,
    ctr_fields.name AS field_name,
    ctr_conflicts.base,
    ctr_conflicts.ours,
    ctr_conflicts.theirs,
    ctr_conflicts.reason,
    ctr_conflicts.decision IS NULL AS is_open,
    ctr_conflicts.decision,
    ctr_conflicts.actor,
    ctr_conflicts.createdAt AS created,
    ctr_conflicts.decidedAt AS decided
FROM ctr_conflicts
INNER JOIN as_users ON as_users.username = ctr_conflicts.username
LEFT JOIN ctr_contacts ON ctr_contacts.username = ctr_conflicts.username
LEFT JOIN ctr_fields ON ctr_fields.code = ctr_conflicts.field;

COMMENT ON VIEW ctr_conflictList IS
'base is what both had before. reason: both_changed, rule (decided by ctr_fields.winner), or why theirs cannot be taken here
(invalid_phone, phone_taken, invalid_email, email_taken, …). decision: portal, pohoda, agreed (they have become one); null: open.';

GRANT SELECT ON ctr_conflictList TO portal_web, portal_dba, portal_report;
