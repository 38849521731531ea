-- People whose contact came back otherwise than it was agreed, and was not merged yet.
--
--   SELECT username FROM ctr_toMerge;
--
CREATE OR REPLACE VIEW ctr_toMerge AS
SELECT
    ctr_contacts.username,
    ctr_contacts.pohodaID AS pohoda_id
FROM ctr_contacts
WHERE ctr_contacts.received IS NOT NULL;

COMMENT ON VIEW ctr_toMerge IS 'What ctr_mergeContact is to be called for.';

GRANT SELECT ON ctr_toMerge TO portal_worker, portal_dba, portal_report;
