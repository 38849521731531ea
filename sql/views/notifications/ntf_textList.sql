-- The texts that are sent, by kind, channel and language, and whether they are the delivered ones.
--
--   SELECT * FROM ntf_textList WHERE locale = 'en' ORDER BY sort_order, channel;
--
CREATE OR REPLACE VIEW ntf_textList AS
SELECT
    ntf_kinds.code AS kind,
    ntf_kinds.isMarketing AS is_marketing,
    ntf_kinds.sortOrder AS sort_order,
    own.channel,
    own.locale::text AS locale,
    own.version,
    own.subject,
    own.body,
    CASE
        WHEN own.isDelivered THEN 'delivered'
        WHEN delivered.version > own.version THEN 'changed'
        ELSE 'own'
    END AS state,
    delivered.version AS delivered_version,
    own.actor,
    own.createdAt AS created
FROM ntf_kinds
INNER JOIN ntf_texts AS own ON own.kind = ntf_kinds.code AND own.isCurrent
LEFT JOIN ntf_texts AS delivered
    ON
        delivered.kind = own.kind
        AND delivered.channel = own.channel
        AND delivered.locale = own.locale
        AND delivered.isDelivered;

COMMENT ON VIEW ntf_textList IS
'Of the kinds of ntf_kinds; the texts of campaigns are in ntf_textVersions. state: delivered (as the portal brings it along), own
(written here), changed (written here, and the delivered text has become another since).';

GRANT SELECT ON ntf_textList TO portal_web, portal_dba, portal_report;
