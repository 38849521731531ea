-- Where each person stands between the portal and Pohoda.
--
--   SELECT state FROM ctr_contactStates WHERE username = 'alice';
--
CREATE OR REPLACE VIEW ctr_contactStates AS
SELECT
    ctr_contacts.username,
    as_users.name,
    ctr_contacts.pohodaID AS pohoda_id,
    CASE
        WHEN ctr_contacts.goneAt IS NOT NULL THEN 'gone'
        WHEN ctr_contacts.failure IS NOT NULL THEN 'refused'
        WHEN EXISTS (
            SELECT FROM ctr_packItems WHERE ctr_packItems.username = ctr_contacts.username AND ctr_packItems.state = 'open'
        ) THEN 'sending'
        WHEN ctr_contacts.queuedAt IS NOT NULL THEN 'waiting'
        WHEN ctr_contacts.received IS NOT NULL THEN 'received'
        WHEN EXISTS (
            SELECT FROM ctr_conflicts WHERE ctr_conflicts.username = ctr_contacts.username AND ctr_conflicts.decision IS NULL
        ) THEN 'disputed'
        ELSE 'equal'
    END AS state,
    ctr_contacts.queuedAt AS queued,
    ctr_contacts.notBefore AS not_before,
    ctr_contacts.attempts,
    ctr_contacts.failure,
    ctr_contacts.failureMsg AS failure_msg,
    ctr_contacts.notice,
    ctr_contacts.goneAt AS gone,
    ctr_contacts.sentAt AS sent,
    ctr_contacts.receivedAt AS received
FROM ctr_contacts
INNER JOIN as_users ON as_users.username = ctr_contacts.username;

COMMENT ON VIEW ctr_contactStates IS
'One row a person that Pohoda has or is to have. state: waiting (to be sent), sending, received (to be merged), disputed (a conflict is
open), refused (failure: it waits for a change or a word), gone (not in Pohoda any more), equal. failure_msg is in Pohoda''s own words.';

GRANT SELECT ON ctr_contactStates TO portal_web, portal_dba, portal_report;
