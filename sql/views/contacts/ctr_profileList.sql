-- The address data of people.
--
--   SELECT * FROM ctr_profileList WHERE username = 'alice';
--
CREATE OR REPLACE VIEW ctr_profileList AS
SELECT
    as_users.username,
    coalesce(ctr_profiles.company, '') AS company,
    coalesce(ctr_profiles.division, '') AS division,
    coalesce(ctr_profiles.street, '') AS street,
    coalesce(ctr_profiles.city, '') AS city,
    coalesce(ctr_profiles.zip, '') AS zip,
    coalesce(ctr_profiles.country, '') AS country,
    coalesce(ctr_profiles.ico, '') AS ico,
    coalesce(ctr_profiles.dic, '') AS dic,
    coalesce(ctr_profiles.icDph, '') AS ic_dph,
    coalesce(ctr_profiles.phone, '') AS phone,
    coalesce(ctr_profiles.web, '') AS web,
    -- The person's own question: is what I see in the books of the shop as well?
    ctr_link.channel <> 'off'
    AND ctr_contacts.username IS NOT NULL
    AND (ctr_contacts.pohodaID IS NULL OR ctr_contacts.queuedAt IS NOT NULL) AS waits_for_pohoda
FROM as_users
CROSS JOIN ctr_link
LEFT JOIN ctr_profiles ON ctr_profiles.username = as_users.username
LEFT JOIN ctr_contacts ON ctr_contacts.username = as_users.username;

COMMENT ON VIEW ctr_profileList IS
'One row a person, empty texts where nothing is known. waits_for_pohoda: something of it is not there yet.';

GRANT SELECT ON ctr_profileList TO portal_web, portal_dba, portal_report;
