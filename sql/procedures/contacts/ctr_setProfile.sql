-- Set a person's address data; what is left out stays.
--
--   SELECT * FROM ctr_setProfile('alice', street => 'Hlavná 1', city => 'Nitra', zip => '949 01', country => 'SK');
--
CREATE OR REPLACE FUNCTION ctr_setProfile(
    username text,
    company text DEFAULT NULL,
    division text DEFAULT NULL,
    street text DEFAULT NULL,
    city text DEFAULT NULL,
    zip text DEFAULT NULL,
    country text DEFAULT NULL,
    ico text DEFAULT NULL,
    dic text DEFAULT NULL,
    icDph text DEFAULT NULL,
    phone text DEFAULT NULL,
    web text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    blanks text := E' \t\r\n' || chr(160);
    -- Kept as it is compared: people write an IČO with spaces between.
    asked jsonb := jsonb_strip_nulls(
        jsonb_build_object(
            'company', btrim(company, blanks), 'division', btrim(division, blanks), 'street', btrim(street, blanks),
            'city', btrim(city, blanks), 'zip', btrim(zip, blanks), 'country', upper(btrim(country, blanks)),
            'ico', regexp_replace(ico, '\s|' || chr(160), '', 'g'), 'dic', regexp_replace(dic, '\s|' || chr(160), '', 'g'),
            'icDph', upper(regexp_replace(icDph, '\s|' || chr(160), '', 'g')), 'phone', btrim(phone, blanks),
            'web', btrim(web, blanks)
        )
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    before jsonb;
    given record;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = ctr_setProfile.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ctr_setProfile', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    FOR given IN SELECT pair.key, pair.value FROM jsonb_each_text(asked) AS pair LOOP
        refusal := ctr_checkField(given.key, given.value);
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END LOOP;

    SELECT ctr_ourContacts.content INTO before FROM ctr_ourContacts WHERE ctr_ourContacts.username = member.username;
    PERFORM ctr_writeProfile(member.username, asked);
    PERFORM ctr_queueContact(member.username);

    RETURN as_record(
        username, 'ctr_setProfile', asked, request, actor, done('profile_saved', 'Saved.', jsonb_build_object('before', before))
    );
END;
$$;

COMMENT ON FUNCTION ctr_setProfile IS
'Company, address, IČO, DIČ, IČ DPH, phone and web of a person; null leaves one as it is, an empty text takes it away. Lengths are
those of Pohoda''s address book. What has changed goes there by itself. details: before.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, too_long,
bad_character, bad_country.';

GRANT EXECUTE ON FUNCTION ctr_setProfile TO portal_web, portal_dba;
