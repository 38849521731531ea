-- Pairs that look like one person or company.
--
--   SELECT * FROM ctr_duplicateList WHERE decision IS NULL;
--
CREATE OR REPLACE VIEW ctr_duplicateList AS
SELECT
    ctr_duplicates.id,
    ctr_duplicates.matches,
    ctr_duplicates.leftKey AS left_key,
    ctr_duplicates.rightKey AS right_key,
    people.username AS left_username,
    others.username AS right_username,
    contacts.pohodaID AS left_pohoda_id,
    rest.pohodaID AS right_pohoda_id,
    coalesce(people.content, contacts.content) AS left_content,
    coalesce(others.content, rest.content) AS right_content,
    -- Only an account and a contact can be made one here.
    people.username IS NOT NULL AND rest.pohodaID IS NOT NULL AS can_be_merged,
    ctr_duplicates.decision,
    ctr_duplicates.actor,
    ctr_duplicates.createdAt AS created,
    ctr_duplicates.decidedAt AS decided
FROM ctr_duplicates
LEFT JOIN ctr_ourContacts AS people
    ON ctr_duplicates.leftKey LIKE 'user:%' AND people.username = substr(ctr_duplicates.leftKey, 6)
LEFT JOIN ctr_ourContacts AS others
    ON ctr_duplicates.rightKey LIKE 'user:%' AND others.username = substr(ctr_duplicates.rightKey, 6)
LEFT JOIN ctr_seen AS contacts
    ON
        contacts.pohodaID
        = CASE WHEN ctr_duplicates.leftKey LIKE 'contact:%' THEN substr(ctr_duplicates.leftKey, 9)::bigint END
LEFT JOIN ctr_seen AS rest
    ON
        rest.pohodaID
        = CASE WHEN ctr_duplicates.rightKey LIKE 'contact:%' THEN substr(ctr_duplicates.rightKey, 9)::bigint END;

COMMENT ON VIEW ctr_duplicateList IS
'matches: ico, email, phone, name_city. An account stands on the left. Contents are objects of ctr_fields'' codes. decision: merged,
apart; null: nobody has decided.';

GRANT SELECT ON ctr_duplicateList TO portal_web, portal_dba, portal_report;
