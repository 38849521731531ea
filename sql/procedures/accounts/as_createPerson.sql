-- Write down a new person with everything that every person has: keys, password, account, default tariff, welcome.
--
--   SELECT * FROM as_createPerson('Alice', 'alice@example.com', NULL, NULL, NULL, 'alice', 'en', 'user', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION as_createPerson(
    name text,
    email text,
    phone text,
    login text,
    passwordHash text,
    username text,
    locale text,
    role text,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    today date := as_today();
    chosen text := coalesce(
        lower(username), 'u' || substr(replace(gen_random_uuid()::text, '-', ''), 17, 16)
    );
    keys jsonb := jsonb_strip_nulls(jsonb_build_object('email', email, 'phone', phone, 'login', login));
    kind text;
    defaultTariff bigint;
    currency text;
    refusal outcome;
BEGIN
    refusal := as_checkName(name);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    -- Always in this order, so that two registrations with keys in common never wait for each other.
    FOREACH kind IN ARRAY ARRAY['email', 'phone', 'login'] LOOP
        IF keys ? kind THEN
            refusal := as_checkKey(kind, keys ->> kind);
            IF refusal.result = 0 THEN
                RETURN refusal;
            END IF;
        END IF;
    END LOOP;
    IF passwordHash IS NOT NULL THEN
        refusal := as_checkPasswordHash(passwordHash);
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END IF;
    IF chosen !~ '^[a-z0-9][a-z0-9._@+-]{0,127}$' THEN
        RETURN refuse(
            'invalid_username',
            'A username has 1 to 128 small Latin letters, digits and . _ @ + - and begins with a letter or digit.',
            jsonb_build_object('field', 'username')
        );
    END IF;
    -- In the audit the name of a database user must not look like a person's.
    IF to_regrole(quote_ident(chosen)) IS NOT NULL THEN
        RETURN refuse(
            'username_taken', format('%s is a user of the database.', chosen), jsonb_build_object('field', 'username')
        );
    END IF;
    -- Those are the club's accounts that hold receipts without a person.
    IF starts_with(chosen, 'anon-') THEN
        RETURN refuse(
            'username_taken', 'Usernames that begin with anon- are not for people.', jsonb_build_object('field', 'username')
        );
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse(
            'no_such_locale', 'The languages are en, ru, sk, cs and hi.', jsonb_build_object('field', 'locale')
        );
    END IF;
    IF role IS NULL OR role NOT IN ('user', 'manager', 'admin') THEN
        RETURN refuse('no_such_role', 'The roles are user, manager and admin.', jsonb_build_object('field', 'role'));
    END IF;

    SELECT as_clock.defaultTariffID INTO defaultTariff FROM as_clock;
    -- Shared, so that the currency cannot change between this and the account that is written with it.
    SELECT as_settings.value INTO currency FROM as_settings WHERE as_settings.code = 'currency' FOR SHARE;

    INSERT INTO as_users (
        username, login, email, phone, name, role, isLocked, locale, theme, density, tariffID, hasOverrides, createdAt
    )
    VALUES (
        chosen, as_normaliseKey('login', login), as_normaliseKey('email', email), as_normaliseKey('phone', phone),
        btrim(name), role, false, locale, 'auto', 'comfortable', defaultTariff, false, moment
    )
    ON CONFLICT ON CONSTRAINT as_users_pkey DO NOTHING;

    IF NOT FOUND THEN
        RETURN refuse(
            'username_taken', format('There is a user %s already.', chosen), jsonb_build_object('field', 'username')
        );
    END IF;

    FOREACH kind IN ARRAY ARRAY['email', 'phone', 'login'] LOOP
        CONTINUE WHEN NOT keys ? kind;

        INSERT INTO as_userKeys (key, username, createdAt)
        VALUES (kind || ':' || as_normaliseKey(kind, keys ->> kind), chosen, moment)
        ON CONFLICT ON CONSTRAINT as_userkeys_pkey DO NOTHING;

        IF NOT FOUND THEN
            -- Somebody else registered with it at this moment and was first.
            DELETE FROM as_userKeys WHERE as_userKeys.username = chosen;
            DELETE FROM as_users WHERE as_users.username = chosen;
            RETURN as_checkKey(kind, keys ->> kind);
        END IF;
    END LOOP;

    PERFORM cpn_adoptDiscounts(chosen);

    IF passwordHash IS NOT NULL THEN
        INSERT INTO as_passwords (username, hash, changedAt)
        VALUES (chosen, passwordHash, clock_timestamp());
    END IF;

    INSERT INTO fin_accounts (username, currency, balance, held, version, createdAt)
    VALUES (chosen, currency, 0, 0, 0, moment);
    PERFORM loy_makeAccount(chosen, true);

    IF defaultTariff IS NOT NULL THEN
        INSERT INTO as_trf_tariffLog (
            username, number, tariffID, kind, period, anchor, bought, during, paid, credited, isReversed, requestKey,
            actor, createdAt
        )
        VALUES (
            chosen, 1, defaultTariff, 'change', 0, today, daterange(today, NULL), daterange(today, NULL), 0, 0, false,
            requestKey, actor, moment
        );
    END IF;

    IF email IS NOT NULL THEN
        PERFORM job_queueMessage(chosen, 'welcome', 'welcome');
    END IF;
    PERFORM ctr_queueContact(chosen);

    RETURN done('registered', format('%s is registered as %s.', btrim(name), chosen), jsonb_build_object('username', chosen));
END;
$$;

COMMENT ON FUNCTION as_createPerson IS
'A person, the keys, the discounts that waited for them, the password, the account in the installation''s currency, that of the
club, the default tariff as the first row of the tariff log, and a welcome message. The caller judges who may ask, and records it in the audit of details.username.
Refuses: invalid_name, no_such_kind, invalid_email, invalid_phone, invalid_login, email_taken, phone_taken, login_taken,
invalid_password_hash, invalid_username, username_taken, no_such_locale, no_such_role.';
