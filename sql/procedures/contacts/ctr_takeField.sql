-- Take a field over from Pohoda; null when that was done, else the word for why it cannot be.
--
--   SELECT ctr_takeField('alice', 'city', 'Nitra');
--
CREATE OR REPLACE FUNCTION ctr_takeField(username text, field text, value text)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    company text;
    wanted text := value;
    refusal outcome;
BEGIN
    SELECT * INTO STRICT member FROM as_users WHERE as_users.username = ctr_takeField.username;
    SELECT ctr_profiles.company INTO company FROM ctr_profiles WHERE ctr_profiles.username = ctr_takeField.username;

    IF field = 'mobile' THEN
        wanted := as_normaliseKey('phone', value);
        IF value <> '' AND wanted IS NULL THEN
            RETURN 'invalid_phone';
        END IF;
        IF wanted IS NULL AND num_nonnulls(member.login, member.email) = 0 THEN
            RETURN 'last_key';
        END IF;
        IF wanted IS DISTINCT FROM member.phone THEN
            IF wanted IS NOT NULL THEN
                INSERT INTO as_userKeys (key, username, createdAt)
                VALUES ('phone:' || wanted, member.username, as_now())
                ON CONFLICT ON CONSTRAINT as_userkeys_pkey DO NOTHING;
                IF NOT FOUND THEN
                    RETURN 'phone_taken';
                END IF;
            END IF;
            DELETE FROM as_userKeys
            WHERE as_userKeys.key = 'phone:' || member.phone AND as_userKeys.username = member.username;
            UPDATE as_users SET phone = wanted WHERE as_users.username = member.username;
            PERFORM cpn_adoptDiscounts(member.username);
        END IF;
        RETURN NULL;
    END IF;

    IF field = 'email' THEN
        -- Who can edit an address book must not get into accounts by it: the new address has to be confirmed.
        wanted := as_normaliseKey('email', value);
        IF wanted IS NULL THEN
            RETURN 'invalid_email';
        END IF;
        IF EXISTS (SELECT FROM as_userKeys WHERE as_userKeys.key = 'email:' || wanted) THEN
            RETURN 'email_taken';
        END IF;
        PERFORM as_requestEmailChange(member, wanted);
        RETURN NULL;
    END IF;

    IF field = 'name' THEN
        wanted := coalesce(nullif(btrim(value), ''), nullif(company, ''));
        refusal := as_checkName(wanted);
        IF refusal.result = 0 THEN
            RETURN refusal.reason;
        END IF;
        UPDATE as_users SET name = wanted WHERE as_users.username = member.username;
        RETURN NULL;
    END IF;

    refusal := ctr_checkField(field, value);
    IF refusal.result = 0 THEN
        RETURN refusal.reason;
    END IF;
    IF field = 'company' AND member.name = company THEN
        -- The company is the name: it is named anew, and without one the account keeps the name.
        IF btrim(value) <> '' THEN
            refusal := as_checkName(value);
            IF refusal.result = 0 THEN
                RETURN refusal.reason;
            END IF;
            UPDATE as_users SET name = value WHERE as_users.username = member.username;
        END IF;
    END IF;
    PERFORM ctr_writeProfile(member.username, jsonb_build_object(field, value));
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ctr_takeField IS
'The caller holds the person''s row. An e-mail address is only asked for: its owner gets a link, and it changes when that is opened.
Answers null, or invalid_phone, last_key, phone_taken, invalid_email, email_taken, invalid_name, too_long, bad_character,
bad_country.';
