-- People as contacts: what of them goes into Pohoda's address book.
--
--   SELECT content FROM ctr_ourContacts WHERE username = 'alice';
--
CREATE OR REPLACE VIEW ctr_ourContacts AS
SELECT
    as_users.username,
    jsonb_build_object(
        'company', coalesce(ctr_profiles.company, ''),
        'division', coalesce(ctr_profiles.division, ''),
        -- A company that is registered without a person's name has its own in both places.
        'name', CASE WHEN as_users.name = ctr_profiles.company THEN '' ELSE as_users.name END,
        'street', coalesce(ctr_profiles.street, ''),
        'city', coalesce(ctr_profiles.city, ''),
        'zip', coalesce(ctr_profiles.zip, ''),
        'country', coalesce(ctr_profiles.country, ''),
        'ico', coalesce(ctr_profiles.ico, ''),
        'dic', coalesce(ctr_profiles.dic, ''),
        'icDph', coalesce(ctr_profiles.icDph, ''),
        'email', coalesce(as_users.email, ''),
        'phone', coalesce(ctr_profiles.phone, ''),
        'mobile', coalesce(as_users.phone, ''),
        'web', coalesce(ctr_profiles.web, '')
    ) AS content
FROM as_users
LEFT JOIN ctr_profiles ON ctr_profiles.username = as_users.username;

COMMENT ON VIEW ctr_ourContacts IS
'Every person in the fields of ctr_fields, one object a person; an empty text is what is not known. mobile is the number that is
signed in with, phone any other.';

GRANT SELECT ON ctr_ourContacts TO portal_web, portal_worker, portal_dba, portal_report;
