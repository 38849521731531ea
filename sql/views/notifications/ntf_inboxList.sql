-- The messages in people's cabinets, without what they have removed.
--
--   SELECT * FROM ntf_inboxList WHERE username = 'alice' ORDER BY created DESC, id DESC;
--
CREATE OR REPLACE VIEW ntf_inboxList AS
SELECT
    ntf_inbox.username,
    ntf_inbox.id,
    ntf_inbox.messageID AS message_id,
    ntf_inbox.kind,
    ntf_inbox.subject,
    ntf_inbox.body,
    ntf_inbox.link,
    ntf_inbox.createdAt AS created,
    ntf_inbox.readAt AS read_at
FROM ntf_inbox
WHERE ntf_inbox.hiddenAt IS NULL;

COMMENT ON VIEW ntf_inboxList IS
'As they were worded when they were delivered; read_at is null for what the person has not opened. Personal: pages show it to the
person and to administrators in the cabinet.';

GRANT SELECT ON ntf_inboxList TO portal_web, portal_dba, portal_report;
