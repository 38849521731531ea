-- What the texts of each kind may name.
--
--   SELECT name, type, example FROM ntf_placeholderList WHERE kind = 'renewal_failed' ORDER BY sort_order;
--
CREATE OR REPLACE VIEW ntf_placeholderList AS
SELECT
    ntf_placeholders.kind,
    ntf_placeholders.name,
    ntf_placeholders.type,
    ntf_placeholders.isOptional AS is_optional,
    ntf_placeholders.isNeeded AS is_needed,
    ntf_placeholders.isLive AS is_live,
    ntf_placeholders.choices,
    ntf_placeholders.example,
    ntf_placeholders.sortOrder AS sort_order
FROM ntf_placeholders;

COMMENT ON VIEW ntf_placeholderList IS
'Kind campaign stands for the steps of every campaign. is_live: asked when the message is sent.';

GRANT SELECT ON ntf_placeholderList TO portal_web, portal_marketing, portal_dba, portal_report;
