-- Write address data that was checked into a person's profile.
--
--   SELECT ctr_writeProfile('alice', '{"city": "Nitra"}');
--
CREATE OR REPLACE FUNCTION ctr_writeProfile(username text, given jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
BEGIN
    INSERT INTO ctr_profiles (
        username, company, division, street, city, zip, country, ico, dic, icDph, phone, web, updatedAt
    )
    VALUES (
        ctr_writeProfile.username, '', '', '', '', '', '', '', '', '', '', '', moment
    )
    ON CONFLICT ON CONSTRAINT ctr_profiles_pkey DO NOTHING;

    UPDATE ctr_profiles
    SET
        company = coalesce(given ->> 'company', ctr_profiles.company),
        division = coalesce(given ->> 'division', ctr_profiles.division),
        street = coalesce(given ->> 'street', ctr_profiles.street),
        city = coalesce(given ->> 'city', ctr_profiles.city),
        zip = coalesce(given ->> 'zip', ctr_profiles.zip),
        country = coalesce(given ->> 'country', ctr_profiles.country),
        ico = coalesce(given ->> 'ico', ctr_profiles.ico),
        dic = coalesce(given ->> 'dic', ctr_profiles.dic),
        icDph = coalesce(given ->> 'icDph', ctr_profiles.icDph),
        phone = coalesce(given ->> 'phone', ctr_profiles.phone),
        web = coalesce(given ->> 'web', ctr_profiles.web),
        updatedAt = moment
    WHERE ctr_profiles.username = ctr_writeProfile.username;
END;
$$;

COMMENT ON FUNCTION ctr_writeProfile IS
'Writes the given fields (other keys are not looked at) and leaves the others. The caller holds the person''s row and has checked.';
