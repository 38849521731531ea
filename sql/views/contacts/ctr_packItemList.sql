-- The contacts in a pack, each with what became of it.
--
--   SELECT * FROM ctr_packItemList WHERE pack_id = 42 ORDER BY number;
--
CREATE OR REPLACE VIEW ctr_packItemList AS
SELECT
    ctr_packItems.packID AS pack_id,
    ctr_packItems.number,
    ctr_packItems.username,
    as_users.name,
    ctr_packItems.state,
    ctr_packItems.reason,
    ctr_packItems.note,
    coalesce(ctr_packItems.answerID, ctr_packItems.pohodaID) AS pohoda_id,
    ctr_packItems.pohodaID IS NULL AS is_new,
    ctr_packItems.sent
FROM ctr_packItems
LEFT JOIN as_users ON as_users.username = ctr_packItems.username;

COMMENT ON VIEW ctr_packItemList IS
'state: open (under way), done, refused (reason, and Pohoda''s words in note), again (in a later pack), dropped (of no use any more).';

GRANT SELECT ON ctr_packItemList TO portal_web, portal_dba, portal_report;
