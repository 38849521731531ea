-- Contacts of Pohoda's that become accounts by the rule.
--
--   SELECT pohoda_id FROM ctr_toRegister;
--
CREATE OR REPLACE VIEW ctr_toRegister AS
SELECT ctr_seen.pohodaID AS pohoda_id
FROM ctr_seen
INNER JOIN ctr_rule ON ctr_rule.isOn
WHERE ctr_seen.verdict = 'register' AND ctr_seen.username IS NULL AND ctr_seen.goneAt IS NULL;

COMMENT ON VIEW ctr_toRegister IS 'What ctr_registerContact is to be called for; empty while the rule is switched off.';

GRANT SELECT ON ctr_toRegister TO portal_worker, portal_dba, portal_report;
