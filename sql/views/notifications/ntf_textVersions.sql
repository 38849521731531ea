-- Every version of every text, and whose it is.
--
--   SELECT * FROM ntf_textVersions WHERE kind = 'welcome' AND channel = '' AND locale = 'en' ORDER BY version DESC;
--
CREATE OR REPLACE VIEW ntf_textVersions AS
SELECT
    ntf_texts.kind,
    ntf_texts.channel,
    ntf_texts.locale::text AS locale,
    ntf_texts.version,
    ntf_texts.subject,
    ntf_texts.body,
    ntf_texts.uses,
    ntf_texts.isCurrent AS is_current,
    ntf_texts.isDelivered AS is_delivered,
    ntf_texts.actor,
    as_users.name AS actor_name,
    ntf_texts.createdAt AS created
FROM ntf_texts
LEFT JOIN as_users ON as_users.username = ntf_texts.actor;

COMMENT ON VIEW ntf_textVersions IS
'is_current: the one that is sent; is_delivered: the one that the portal brings along now; actor is null for what was delivered.';

GRANT SELECT ON ntf_textVersions TO portal_web, portal_marketing, portal_dba, portal_report;
