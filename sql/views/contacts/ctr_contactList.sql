-- Pohoda's contacts as they were last seen.
--
--   SELECT pohoda_id, name, email, verdict FROM ctr_contactList WHERE verdict NOT IN ('register') ORDER BY pohoda_id;
--
CREATE OR REPLACE VIEW ctr_contactList AS
SELECT
    ctr_seen.pohodaID AS pohoda_id,
    coalesce(nullif(ctr_seen.content ->> 'name', ''), ctr_seen.content ->> 'company', '') AS name,
    coalesce(ctr_seen.content ->> 'company', '') AS company,
    coalesce(ctr_seen.content ->> 'city', '') AS city,
    coalesce(ctr_seen.content ->> 'ico', '') AS ico,
    coalesce(ctr_seen.content ->> 'email', '') AS email,
    coalesce(ctr_seen.content ->> 'group', '') AS group_names,
    ctr_seen.content -> 'labels' AS labels,
    ctr_seen.content @> '{"isCustomer": true}' AS is_customer,
    ctr_seen.content @> '{"isSupplier": true}' AS is_supplier,
    ctr_seen.username,
    ctr_seen.verdict,
    ctr_seen.isApart AS is_apart,
    ctr_seen.content,
    ctr_seen.firstSeenAt AS first_seen,
    ctr_seen.changedAt AS changed,
    ctr_seen.goneAt AS gone
FROM ctr_seen;

COMMENT ON VIEW ctr_contactList IS
'All of them, registered here (username) or not. verdict, of those the rule chooses: register (is being registered), or why it is not:
erased, apart, processing_restricted, no_name, no_email, several_emails, broken_email, email_taken, shared_email,
possible_duplicate.';

GRANT SELECT ON ctr_contactList TO portal_web, portal_dba, portal_report;
