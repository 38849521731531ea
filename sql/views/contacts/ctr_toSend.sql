-- People of whom something is to be sent to Pohoda, or is on its way without an answer.
--
--   SELECT username FROM ctr_toSend;
--
CREATE OR REPLACE VIEW ctr_toSend AS
SELECT
    ctr_contacts.username,
    ctr_contacts.pohodaID AS pohoda_id,
    false AS is_unknown
FROM ctr_contacts
WHERE ctr_contacts.queuedAt IS NOT NULL AND ctr_contacts.failure IS NULL AND ctr_contacts.goneAt IS NULL

UNION ALL

SELECT
    ctr_packItems.username,
    ctr_packItems.pohodaID AS pohoda_id,
    true AS is_unknown
FROM ctr_packItems
WHERE ctr_packItems.state = 'open';

COMMENT ON VIEW ctr_toSend IS 'is_unknown: it is in the pack that has no answer.';

GRANT SELECT ON ctr_toSend TO portal_worker, portal_dba, portal_report;
