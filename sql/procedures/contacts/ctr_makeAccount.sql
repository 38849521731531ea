-- Make an account of a contact of Pohoda's: the person, the keys, the address, and one message with a link for the password.
--
--   SELECT * FROM ctr_makeAccount(15, 'contact:15', NULL);
--
CREATE OR REPLACE FUNCTION ctr_makeAccount(pohodaID bigint, requestKey text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    rule ctr_rule;
    seen ctr_seen;
    emails text[];
    email text;
    phone text;
    name text;
    profile jsonb := jsonb_build_object();
    field record;
    ours jsonb;
    person text;
    refusal outcome;
    answer outcome;
BEGIN
    SELECT * INTO rule FROM ctr_rule;
    SELECT * INTO seen FROM ctr_seen WHERE ctr_seen.pohodaID = ctr_makeAccount.pohodaID FOR NO KEY UPDATE;
    IF NOT FOUND OR seen.goneAt IS NOT NULL THEN
        RETURN refuse('no_such_contact', format('There is no contact %s in Pohoda.', pohodaID));
    END IF;
    IF seen.username IS NOT NULL THEN
        RETURN refuse('already_registered', format('Contact %s is %s already.', pohodaID, seen.username));
    END IF;
    IF ctr_isErased(seen.pohodaID, seen.content) THEN
        RETURN refuse('was_erased', 'This person was erased here and is not registered again.');
    END IF;
    IF seen.content @> '{"restrictProcessing": true}' THEN
        RETURN refuse('processing_restricted', 'In Pohoda the processing of this contact''s data is restricted.');
    END IF;

    emails := ctr_getEmails(seen.content ->> 'email');
    IF cardinality(emails) > 1 AND rule.emailChoice = 'none' THEN
        RETURN refuse('several_emails', 'There are several e-mail addresses in one field.', jsonb_build_object('field', 'email'));
    END IF;
    email := emails[1];
    IF email IS NULL THEN
        RETURN refuse('no_email', 'The contact has no e-mail address.', jsonb_build_object('field', 'email'));
    END IF;

    name := coalesce(nullif(btrim(seen.content ->> 'name'), ''), btrim(seen.content ->> 'company'));
    phone := as_normaliseKey('phone', seen.content ->> 'mobile');
    IF EXISTS (SELECT FROM as_userKeys WHERE as_userKeys.key = 'phone:' || phone) THEN
        phone := NULL;
    END IF;
    answer := as_createPerson(
        name, email, phone, NULL, NULL, NULL, ctr_getLocale(seen.content ->> 'country', rule.locale), 'user', requestKey, actor
    );
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    person := answer.details ->> 'username';

    FOR field IN
        SELECT pair.key, btrim(pair.value) AS value
        FROM jsonb_each_text(seen.content) AS pair
        INNER JOIN ctr_fields ON ctr_fields.code = pair.key AND ctr_fields.code NOT IN ('name', 'email', 'mobile')
    LOOP
        refusal := ctr_checkField(field.key, field.value);
        CONTINUE WHEN refusal.result = 0;
        profile := profile || jsonb_build_object(field.key, field.value);
    END LOOP;
    PERFORM ctr_writeProfile(person, profile);

    -- What the two hold from here on is what they agree on, even where it is written otherwise.
    SELECT ctr_ourContacts.content INTO ours FROM ctr_ourContacts WHERE ctr_ourContacts.username = person;
    DELETE FROM ctr_contacts WHERE ctr_contacts.username = person;
    INSERT INTO ctr_contacts (
        username, pohodaID, base, theirs, changes, queuedAt, isForced, attempts, receivedAt, createdAt
    )
    SELECT
        person, seen.pohodaID, ours,
        jsonb_object_agg(ctr_fields.code, btrim(coalesce(seen.content ->> ctr_fields.code, ''))),
        -- Our identifier is to be written on it.
        '{}', moment, true, 0, moment, moment
    FROM ctr_fields;
    UPDATE ctr_seen
    SET username = person, verdict = NULL, isApart = false
    WHERE ctr_seen.pohodaID = seen.pohodaID;
    DELETE FROM ctr_duplicates
    WHERE ctr_duplicates.rightKey = 'contact:' || seen.pohodaID AND ctr_duplicates.decision IS NULL;

    -- The one message of a new account; whoever did not ask for it has no password yet.
    UPDATE job_outbox
    SET kind = 'contact_welcome'
    WHERE job_outbox.username = person AND job_outbox.dedupKey = 'welcome';

    RETURN done(
        'contact_registered',
        format('%s is registered as %s.', name, person),
        jsonb_build_object('username', person, 'name', name, 'pohodaID', seen.pohodaID)
    );
END;
$$;

COMMENT ON FUNCTION ctr_makeAccount IS
'A phone number that belongs to somebody is left out. The caller judges who may ask, and records it.
Refuses: no_such_contact, already_registered, was_erased, processing_restricted, several_emails, no_email, invalid_name,
no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken, invalid_password_hash,
invalid_username, username_taken, no_such_locale, no_such_role.';
