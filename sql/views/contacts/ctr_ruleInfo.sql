-- Which contacts of Pohoda's become accounts here.
--
--   SELECT * FROM ctr_ruleInfo;
--
CREATE OR REPLACE VIEW ctr_ruleInfo AS
SELECT
    ctr_rule.isOn AS is_on,
    ctr_rule.kind,
    ctr_rule.groups,
    ctr_rule.labels,
    ctr_rule.seenSince AS seen_since,
    ctr_rule.emailChoice AS email_choice,
    ctr_rule.locale::text AS locale,
    ctr_rule.updatedAt AS updated
FROM ctr_rule;

COMMENT ON VIEW ctr_ruleInfo IS 'One row; ctr_tryRule tries one out, ctr_saveRule sets it.';

GRANT SELECT ON ctr_ruleInfo TO portal_web, portal_dba, portal_report;
